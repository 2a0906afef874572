-- Puts messages into inboxes.  $1 account  $2 sender  $3 receiver  $4 text  $5 now
INSERT INTO inbox (account_id, sender, receiver, text, at)
SELECT m.account_id, m.sender, m.receiver, m.text, $5
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY
     AS m (account_id, sender, receiver, text, place)
ORDER BY m.place
RETURNING account_id, number, sender, receiver, text, at
