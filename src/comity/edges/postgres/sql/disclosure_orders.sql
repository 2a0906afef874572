-- Orders to preserve data, the newest first.  $1 only those in force  $2 before this number, or null  $3 how many at most
SELECT o.*, ARRAY(SELECT a.name FROM accounts a WHERE a.account_id = ANY (o.accounts) ORDER BY a.name) AS names
FROM preservation_orders o
WHERE (NOT $1 OR o.ended_at IS NULL) AND ($2::bigint IS NULL OR o.order_id < $2)
ORDER BY o.order_id DESC
LIMIT $3
