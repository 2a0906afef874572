-- The cases of what a freeze holds, of each account: its own first.  $1 the freeze's own case
SELECT c.*, a.name AS account, 0::bigint AS messages
FROM cases c
LEFT JOIN accounts a ON a.account_id = c.account_id
WHERE c.subject = 'traffic-frozen/' || $1::bigint AND c.kind = 'hold' AND starts_with(c.subject, 'traffic-frozen/')
ORDER BY c.case_id <> $1, c.case_id
FOR NO KEY UPDATE OF c
