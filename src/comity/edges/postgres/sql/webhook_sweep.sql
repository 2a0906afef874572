-- Events enqueued while their webhook was being disabled or deleted.
WITH RECURSIVE waiting AS (
    (SELECT account_id, webhook_id FROM webhook_events ORDER BY webhook_id LIMIT 1)
    UNION ALL
    SELECT following.account_id, following.webhook_id
    FROM waiting
    CROSS JOIN LATERAL (
        SELECT e.account_id, e.webhook_id FROM webhook_events e
        WHERE e.webhook_id > waiting.webhook_id
        ORDER BY e.webhook_id LIMIT 1
    ) following
), swept AS (
    DELETE FROM webhook_events e
    USING waiting
    WHERE e.account_id = waiting.account_id AND e.webhook_id = waiting.webhook_id
      AND NOT EXISTS (SELECT FROM webhooks w WHERE w.account_id = waiting.account_id
                      AND w.webhook_id = waiting.webhook_id AND w.disabled_at IS NULL)
    RETURNING 1
)
SELECT count(*) FROM swept
