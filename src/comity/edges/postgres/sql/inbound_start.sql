-- Takes opt-outs back; gives those that were there.  $1 account  $2 person  $3 number written to
DELETE FROM opt_outs o
USING unnest($1::bigint[], $2::text[], $3::text[]) AS w (account_id, recipient, receiver)
WHERE o.account_id = w.account_id AND o.recipient = w.recipient
RETURNING o.account_id, o.recipient
