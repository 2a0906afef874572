-- Puts messages into inboxes.  $1 account  $2 sender  $3 receiver  $4 now  $5 subject  $6 body  $7 id of the box
INSERT INTO inbox (account_id, sender, receiver, text, at, subject, body, box_id)
SELECT m.account_id, m.sender, m.receiver, '', $4, m.subject, m.body, m.box_id
FROM unnest($1::bigint[], $2::text[], $3::text[], $5::bytea[], $6::bytea[], $7::uuid[]) WITH ORDINALITY
     AS m (account_id, sender, receiver, subject, body, box_id, place)
ORDER BY m.place
RETURNING account_id, number, sender, receiver, at
