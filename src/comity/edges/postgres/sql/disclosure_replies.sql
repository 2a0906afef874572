-- Replies in a scope, the oldest first.  $1 numbers  $2 accounts  $3 since  $4 until  $5 how many at most
SELECT i.account_id, a.name AS account, i.at, i.sender, i.receiver, sealed_text_of(i.account_id, i.subject, i.box_id, i.body, i.text) AS text
FROM inbox i
JOIN accounts a ON a.account_id = i.account_id
WHERE i.at >= $3 AND i.at < $4
  AND ($2::bigint[] = '{}' OR i.account_id = ANY ($2))
  AND ($1::text[] = '{}' OR ltrim(i.sender, '+') = ANY ($1) OR ltrim(i.receiver, '+') = ANY ($1))
ORDER BY i.at, i.account_id, i.number
LIMIT $5
