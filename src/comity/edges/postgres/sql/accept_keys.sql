-- Answers already given under these idempotency keys.  $1 accounts  $2 keys
SELECT i.account_id, i.key, i.fingerprint, i.message_ids
FROM unnest($1::bigint[], $2::text[]) AS q (account_id, key)
JOIN idempotency i ON i.account_id = q.account_id AND i.key = q.key
