-- The accounts that have a webhook.
SELECT DISTINCT w.account_id FROM webhooks w WHERE w.disabled_at IS NULL
