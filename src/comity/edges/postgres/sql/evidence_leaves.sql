-- Hashes of the leaves of verdicts between two ids, by account and id.  $1 from  $2 before  $3 seed of salts
SELECT m.account_id, m.id,
       sha256('\x00'::bytea || verdict_leaf_text(m.account_id, m.id, m.action, m.verdict, sha256($3::bytea || uuid_send(m.id)))) AS leaf
FROM accounts a
CROSS JOIN LATERAL (
    SELECT account_id, id, action, verdict FROM messages
    WHERE account_id = a.account_id AND id >= $1 AND id < $2
) AS m
ORDER BY m.account_id, m.id
