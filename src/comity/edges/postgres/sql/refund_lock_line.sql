-- An account and those above it, locked: whether one of them is opened again is known until the transaction ends.  $1 account
WITH RECURSIVE line AS (
    SELECT a.account_id, a.parent_id, 1 AS depth FROM accounts a WHERE a.account_id = $1
    UNION ALL
    SELECT a.account_id, a.parent_id, l.depth + 1 FROM line l JOIN accounts a ON a.account_id = l.parent_id WHERE l.depth < 16
)
SELECT a.account_id
FROM accounts a
WHERE a.account_id IN (SELECT l.account_id FROM line l)
ORDER BY a.account_id
FOR UPDATE
