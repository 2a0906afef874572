-- What nobody came for.  $1 parts before  $2 segments of settled messages before  $3 deliveries before
WITH parts AS (
    DELETE FROM esme_parts WHERE at < $1 RETURNING 1
), segments AS (
    DELETE FROM esme_segments s
    WHERE s.at < $2 AND NOT EXISTS (
        SELECT FROM message_life l
        WHERE l.account_id = s.account_id AND l.id = s.message_id
          AND l.state IN ('accepted', 'held', 'deferred', 'queued', 'submitting', 'submitted'))
    RETURNING 1
), deliveries AS (
    DELETE FROM esme_deliveries WHERE created_at < $3 RETURNING 1
)
SELECT (SELECT count(*) FROM parts) AS parts, (SELECT count(*) FROM segments) AS segments,
       (SELECT count(*) FROM deliveries) AS deliveries
