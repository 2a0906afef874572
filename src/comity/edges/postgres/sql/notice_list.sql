-- An account's notices, the newest first.  $1 account  $2 below this number, null for all  $3 at most  $4 unread ones only
SELECT notice_id, number, kind, body, version, left_at, read_at
FROM notices
WHERE account_id = $1 AND ($2::bigint IS NULL OR number < $2) AND (NOT $4 OR read_at IS NULL)
ORDER BY number DESC
LIMIT $3
