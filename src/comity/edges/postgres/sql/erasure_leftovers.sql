-- Note which tables held a number that is erased now.  $1 account  $2 what stands in its place  $3 now
INSERT INTO erasure_leftovers (relation, since)
SELECT DISTINCT m.tableoid::regclass::text, $3::timestamptz FROM messages m WHERE m.account_id = $1 AND m.recipient = $2
UNION
SELECT 'inbox', $3 WHERE EXISTS (SELECT FROM inbox i WHERE i.account_id = $1 AND i.sender = $2)
UNION
SELECT 'consent_requests', $3
ON CONFLICT DO NOTHING
