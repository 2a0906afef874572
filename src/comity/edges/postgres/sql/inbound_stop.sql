-- Writes down opt-outs that came as replies; gives those that are new.  $1 account  $2 person  $3 number written to
INSERT INTO opt_outs (account_id, recipient, source, memo)
SELECT w.account_id, w.recipient, 'reply', w.receiver
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS w (account_id, recipient, receiver)
ORDER BY w.account_id, w.recipient
ON CONFLICT DO NOTHING
RETURNING account_id, recipient
