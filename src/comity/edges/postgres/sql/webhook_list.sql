-- $1 account, $2 one webhook or null for all.
SELECT webhook_id, endpoint, method, types, created_at, disabled_at, disabled_reason, failing_since
FROM webhooks
WHERE account_id = $1 AND ($2::uuid IS NULL OR webhook_id = $2)
ORDER BY webhook_id
