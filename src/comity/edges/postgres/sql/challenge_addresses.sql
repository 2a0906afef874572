-- Where codes are mailed to: addresses that the account had a day before, or since its first day. Whoever took a key may
-- have added one just now.  $1 account  $2 when the challenge was opened
SELECT n.email
FROM notice_addresses n
JOIN accounts a ON a.account_id = n.account_id
WHERE n.account_id = $1 AND n.added_at < $2
  AND n.added_at <= greatest($2::timestamptz - interval '1 day', a.created_at + interval '1 day')
ORDER BY n.added_at, n.email
