-- The first message of any account between two ids; a look into the key for each account.  $1 from  $2 before
SELECT min(m.id::text)::uuid
FROM accounts a
CROSS JOIN LATERAL (
    SELECT id FROM messages WHERE account_id = a.account_id AND id >= $1 AND id < $2 ORDER BY id LIMIT 1
) AS m
