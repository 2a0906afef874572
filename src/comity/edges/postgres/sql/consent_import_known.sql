-- What came of writing to people, and whether they ever wrote.  $1 account  $2 numbers
-- Of each person the last few messages are enough.
SELECT count(*) FILTER (WHERE s.tried) AS tried,
       count(*) FILTER (WHERE s.tried AND NOT s.reached) AS unreached,
       count(*) FILTER (WHERE s.written OR s.heard) AS met
FROM unnest($2::text[]) AS q (recipient)
CROSS JOIN LATERAL (
    SELECT count(*) > 0 AS written,
           coalesce(bool_or(l.state IN ('delivered', 'undelivered', 'expired', 'rejected')), false) AS tried,
           coalesce(bool_or(l.state = 'delivered'), false) AS reached,
           EXISTS (SELECT FROM inbox i WHERE i.account_id = $1 AND i.sender = q.recipient) AS heard
    FROM (
        SELECT m.id
        FROM messages m
        WHERE m.account_id = $1 AND m.recipient = q.recipient AND m.action <> 'refuse'
        ORDER BY m.id DESC
        LIMIT 10
    ) m
    JOIN message_life l ON l.account_id = $1 AND l.id = m.id
) s
