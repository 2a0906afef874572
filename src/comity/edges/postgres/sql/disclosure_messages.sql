-- Messages in a scope, the oldest first.  $1 numbers  $2 accounts  $3 since  $4 until  $5 how many at most
SELECT m.account_id, a.name AS account, m.id AS message_id, uuid_extract_timestamp(m.id) AS at, m.sender, m.recipient,
       coalesce(m.country, '') AS country, m.category, l.state, l.submitted_at AS submitted,
       coalesce(c.name, '') AS carrier,
       sealed_text_of(m.account_id, m.subject, m.id, m.body, m.text) AS text
FROM messages m
JOIN accounts a ON a.account_id = m.account_id
JOIN message_life l ON l.account_id = m.account_id AND l.id = m.id
LEFT JOIN carriers c ON c.carrier_id = l.carrier_id
WHERE m.id >= lower_id($3) AND m.id < lower_id($4)
  AND ($2::bigint[] = '{}' OR m.account_id = ANY ($2))
  AND ($1::text[] = '{}' OR m.recipient = ANY ($1) OR ltrim(m.sender, '+') = ANY ($1))
ORDER BY m.id
LIMIT $5
