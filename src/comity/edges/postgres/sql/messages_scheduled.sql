-- A page of what the customer scheduled; what stands still has its date a thousand years on (standing_park.sql).
--   $1 account  $2 limit  $3 offset
SELECT q.number, CASE WHEN q.due_at < '2900-01-01T00:00:00Z' THEN q.due_at ELSE q.due_at - interval '1000 years' END AS due_at,
       m.id, sealed_text_of(m.account_id, m.subject, m.id, m.body, m.text) AS text, m.recipient, m.sender, m.reference
FROM queue q
JOIN messages m ON m.account_id = q.account_id AND m.id = q.message_id
WHERE q.account_id = $1 AND q.scheduled
ORDER BY 2, q.number
LIMIT $2 OFFSET $3
