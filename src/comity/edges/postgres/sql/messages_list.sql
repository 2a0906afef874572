-- A page of messages, newest first.  $1 account  $2 from id  $3 below id  $4 limit  $5 offset
SELECT m.id, sealed_text_of(m.account_id, m.subject, m.id, m.body, m.text) AS text, m.recipient, m.sender, m.reference, m.due_at, m.parts, m.action, l.state, l.detail, l.settled_at
FROM (
    SELECT *
    FROM messages m
    WHERE m.account_id = $1 AND m.id >= $2 AND m.id < $3
    ORDER BY m.id DESC
    LIMIT $4 OFFSET $5
) m
JOIN message_life l ON l.account_id = m.account_id AND l.id = m.id
ORDER BY m.id DESC
