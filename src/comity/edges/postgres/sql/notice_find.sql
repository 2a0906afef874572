-- One notice of an account.  $1 account  $2 notice
SELECT notice_id, number, kind, body, version, left_at, read_at
FROM notices
WHERE account_id = $1 AND notice_id = $2
