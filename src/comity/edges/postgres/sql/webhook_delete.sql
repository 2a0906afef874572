-- $1 account, $2 secret.
WITH deleted AS (
    DELETE FROM webhooks WHERE account_id = $1 AND secret = $2 RETURNING account_id, webhook_id
), dropped AS (
    DELETE FROM webhook_events e
    USING deleted
    WHERE e.account_id = deleted.account_id AND e.webhook_id = deleted.webhook_id
    RETURNING 1
)
SELECT EXISTS (SELECT FROM deleted)
