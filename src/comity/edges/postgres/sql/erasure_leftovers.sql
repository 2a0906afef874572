-- Note which tables held a number that is erased now.  $1 account  $2 what stands in its place
SELECT note_leftovers(array_agg(held.name))
FROM (
    SELECT DISTINCT m.tableoid::regclass::text AS name FROM messages m WHERE m.account_id = $1 AND m.recipient = $2
    UNION ALL
    SELECT 'inbox' WHERE EXISTS (SELECT FROM inbox i WHERE i.account_id = $1 AND i.sender = $2)
    UNION ALL
    SELECT 'consent_requests'
) held
