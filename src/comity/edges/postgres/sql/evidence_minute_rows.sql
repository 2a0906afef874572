-- The messages of one account and minute as they stand, each with its leaf made anew.  $1 account  $2 from  $3 before  $4 seed
SELECT m.id,
       sha256('\x00'::bytea || verdict_leaf_text(m.account_id, m.id, m.action, m.verdict, sha256($4::bytea || uuid_send(m.id)))) AS leaf
FROM messages m
WHERE m.account_id = $1 AND m.id >= $2 AND m.id < $3
ORDER BY m.id
