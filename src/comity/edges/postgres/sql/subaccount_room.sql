-- On which level of its line an account stands, 0 at the top, and how many subaccounts it has.  $1 account
WITH RECURSIVE line AS (
    SELECT a.parent_id, 0 AS depth FROM accounts a WHERE a.account_id = $1
    UNION ALL
    SELECT a.parent_id, l.depth + 1 FROM line l JOIN accounts a ON a.account_id = l.parent_id
)
SELECT max(depth) AS depth, (SELECT count(*) FROM accounts c WHERE c.parent_id = $1) AS children FROM line
