-- Ends deliveries to a webhook; what waited for it is dropped. $1 account, $2 webhook, $3 reason, $4 now.
WITH disabled AS (
    UPDATE webhooks SET disabled_at = $4, disabled_reason = $3
    WHERE account_id = $1 AND webhook_id = $2 AND disabled_at IS NULL
    RETURNING 1
), dropped AS (
    DELETE FROM webhook_events WHERE account_id = $1 AND webhook_id = $2 RETURNING 1
)
SELECT (SELECT count(*) FROM disabled) AS disabled, (SELECT count(*) FROM dropped) AS dropped
