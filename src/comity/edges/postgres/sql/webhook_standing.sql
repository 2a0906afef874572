-- Marks webhooks as failing or as well again. $1 accounts, $2 webhooks, $3 failing since (null: well). The rows are
-- locked in one order, so that workers do not wait for each other in a circle.
WITH locked AS (
    SELECT w.account_id, w.webhook_id, told.failing_since
    FROM unnest($1::bigint[], $2::uuid[], $3::timestamptz[]) AS told (account_id, webhook_id, failing_since)
    JOIN webhooks w ON w.account_id = told.account_id AND w.webhook_id = told.webhook_id
    ORDER BY w.account_id, w.webhook_id
    FOR UPDATE OF w
)
UPDATE webhooks w
-- The earliest failure counts, whichever worker saw it.
SET failing_since = CASE WHEN locked.failing_since IS NOT NULL THEN least(w.failing_since, locked.failing_since) END
FROM locked
WHERE w.account_id = locked.account_id AND w.webhook_id = locked.webhook_id
