-- Erase texts of a category and country that a rule gives so many days, a batch at a time, with what verdicts and labels
-- quote of them; gives whose keys may be of no use any more.
--   $1..$2 ids between which they lie  $3 days  $4 now  $5 how many at most
-- What waits to be sent or reviewed, and what an authority ordered to be kept, stays.
WITH chosen AS MATERIALIZED (
    SELECT m.account_id, m.id
    FROM messages m
    WHERE m.id >= $1 AND m.id < $2 AND m.text_erased_at IS NULL
      AND retention_days('texts', m.category, m.country) = $3
      AND NOT is_preserved_data(m.account_id, m.recipient, uuid_extract_timestamp(m.id), $4)
      AND NOT EXISTS (SELECT FROM message_life l
                      WHERE l.account_id = m.account_id AND l.id = m.id
                        AND l.state IN ('accepted', 'held', 'deferred', 'queued', 'submitting'))
    LIMIT $5
), erased AS (
    UPDATE messages m
    SET text = '', body = NULL, text_key = 0, similarity = NULL, text_erased_at = $4, verdict = without_text(m.verdict)
    FROM chosen c
    WHERE m.account_id = c.account_id AND m.id = c.id AND m.id >= $1 AND m.id < $2
    RETURNING m.account_id, m.recipient, m.subject
), forgotten AS (
    UPDATE labels l SET template = '' FROM chosen c WHERE l.account_id = c.account_id AND l.message_id = c.id
)
SELECT account_id, recipient, subject, count(*) AS texts FROM erased GROUP BY 1, 2, 3 ORDER BY 1, 3
