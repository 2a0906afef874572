-- Every strike of an account, the newest first.  $1 account
SELECT strike_id AS strike, at, clause, weight, facts, source, by, expires_at, removed_at, removed_why
FROM strikes
WHERE account_id = $1
ORDER BY strike_id DESC
LIMIT 500
