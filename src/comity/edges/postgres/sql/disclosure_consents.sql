-- Consents in a scope, the oldest first.  $1 numbers  $2 accounts  $3 since  $4 until  $5 how many at most
SELECT c.account_id, a.name AS account, c.brand, c.purpose, c.channel, c.at, c.wording
FROM consents c
JOIN accounts a ON a.account_id = c.account_id
WHERE c.at >= $3 AND c.at < $4
  AND ($2::bigint[] = '{}' OR c.account_id = ANY ($2)) AND ($1::text[] = '{}' OR c.recipient = ANY ($1))
ORDER BY c.at, c.account_id, c.number
LIMIT $5
