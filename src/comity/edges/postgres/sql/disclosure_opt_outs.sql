-- Opt-outs in a scope, the oldest first.  $1 numbers  $2 accounts  $3 since  $4 until  $5 how many at most
SELECT o.account_id, a.name AS account, o.at, o.source
FROM opt_outs o
JOIN accounts a ON a.account_id = o.account_id
WHERE o.at >= $3 AND o.at < $4
  AND ($2::bigint[] = '{}' OR o.account_id = ANY ($2)) AND ($1::text[] = '{}' OR o.recipient = ANY ($1))
ORDER BY o.at, o.account_id, o.recipient
LIMIT $5
