-- Erase texts of messages accepted before an id, a batch at a time; what verdicts and labels quote of them goes too.
--   $1 ids before this  $2 account or NULL  $3 recipient or NULL  $4 how many at most
-- What still waits to be sent keeps its text until it is sent.
WITH chosen AS (
    SELECT m.account_id, m.id
    FROM messages m
    WHERE m.id < $1 AND m.text_erased_at IS NULL
      AND ($2::bigint IS NULL OR m.account_id = $2) AND ($3::text IS NULL OR m.recipient = $3)
      AND NOT EXISTS (SELECT FROM queue q WHERE q.account_id = m.account_id AND q.message_id = m.id)
      AND NOT EXISTS (SELECT FROM in_flight f WHERE f.account_id = m.account_id AND f.message_id = m.id)
      AND NOT EXISTS (SELECT FROM message_life l
                      WHERE l.account_id = m.account_id AND l.id = m.id AND l.state IN ('held', 'deferred', 'queued'))
    LIMIT $4
), erased AS (
    UPDATE messages m
    SET text = '', body = NULL, text_erased_at = now(), verdict = without_text(m.verdict)
    FROM chosen c
    WHERE m.account_id = c.account_id AND m.id = c.id
    RETURNING 1
), forgotten AS (
    UPDATE labels l SET template = '' FROM chosen c WHERE l.account_id = c.account_id AND l.message_id = c.id
)
SELECT count(*) FROM erased
