-- Destroy keys with which nothing is sealed any more; their accounts' locks are held.
--   $1 accounts  $2 numbers  $3 subjects
DELETE FROM body_keys k
USING unnest($1::bigint[], $2::text[], $3::bytea[]) AS q (account_id, number, subject)
WHERE k.account_id = q.account_id AND k.subject = q.subject
  AND NOT EXISTS (SELECT FROM messages m
                  WHERE m.account_id = q.account_id AND m.recipient = q.number AND m.body IS NOT NULL)
  AND NOT EXISTS (SELECT FROM inbox i
                  WHERE i.account_id = q.account_id AND i.sender = q.number AND i.body IS NOT NULL)
