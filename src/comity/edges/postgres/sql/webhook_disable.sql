-- Ends deliveries to a webhook; what waited for it is dropped. $1 account, $2 webhook, $3 reason, $4 now.
WITH disabled AS (
    UPDATE webhooks SET disabled_at = $4, disabled_reason = $3
    WHERE account_id = $1 AND webhook_id = $2 AND disabled_at IS NULL
    RETURNING 1
), dropped AS (
    DELETE FROM webhook_events WHERE account_id = $1 AND webhook_id = $2 RETURNING 1
), unheard AS (
    UPDATE notice_deliveries SET state = 'failed', settled_at = $4, remark = 'disabled'
    WHERE account_id = $1 AND channel = 'webhook' AND address = $2::uuid::text AND state = 'waiting'
)
SELECT (SELECT count(*) FROM disabled) AS disabled, (SELECT count(*) FROM dropped) AS dropped
