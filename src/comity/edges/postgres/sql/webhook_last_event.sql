-- $1 account, $2 webhook, $3 kind or null for any. The latest one told; before the first, the latest that waits.
SELECT found.kind, found.body, a.name AS username
FROM (
    (SELECT 1 AS rank, kind, body, account_id FROM webhook_last_events
     WHERE account_id = $1 AND webhook_id = $2 AND ($3::text IS NULL OR kind = $3)
     ORDER BY at DESC, event_id DESC LIMIT 1)
    UNION ALL
    (SELECT 2, kind, body, account_id FROM webhook_events
     WHERE account_id = $1 AND webhook_id = $2 AND ($3::text IS NULL OR kind = $3)
     ORDER BY due_at DESC, number DESC LIMIT 1)
) found
JOIN accounts a ON a.account_id = found.account_id
ORDER BY found.rank
LIMIT 1
