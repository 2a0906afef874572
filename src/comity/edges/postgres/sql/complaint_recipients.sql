-- Who got it, the newest message first, one row for each message.
--   $1 complaint  $2 id from which on  $3 below this id, or null  $4 at most so many
SELECT m.id, m.recipient, m.country, l.state
FROM complaints c
JOIN messages m ON m.account_id = c.account_id AND m.id >= $2 AND ($3::uuid IS NULL OR m.id < $3)
              AND (m.template = c.template OR (c.template IS NULL AND m.text_key = c.text_key))
JOIN message_life l ON l.account_id = m.account_id AND l.id = m.id
WHERE c.complaint_id = $1 AND l.state NOT IN ('accepted', 'held', 'deferred', 'queued', 'refused', 'cancelled')
ORDER BY m.id DESC
LIMIT $4
