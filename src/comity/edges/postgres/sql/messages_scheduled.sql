-- A page of what the customer scheduled.  $1 account  $2 limit  $3 offset
SELECT q.number, q.due_at, m.id, m.text, m.recipient, m.sender, m.reference
FROM queue q
JOIN messages m ON m.account_id = q.account_id AND m.id = q.message_id
WHERE q.account_id = $1 AND q.scheduled
ORDER BY q.due_at, q.number
LIMIT $2 OFFSET $3
