-- Events that wait for an account's webhooks, or were told last, a page at a time.  $1 account  $2 after this id  $3 most
SELECT event_id, body FROM webhook_events WHERE account_id = $1 AND event_id > $2
UNION ALL
SELECT event_id, body FROM webhook_last_events WHERE account_id = $1 AND event_id > $2
ORDER BY event_id
LIMIT $3
