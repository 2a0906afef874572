-- A case.  $1 its id, or null  $2 its number, or null
SELECT c.*, a.name AS account, (SELECT count(*) FROM case_messages m WHERE m.case_id = c.case_id) AS messages
FROM cases c
LEFT JOIN accounts a ON a.account_id = c.account_id
WHERE c.case_id = coalesce($2::bigint, (SELECT i.case_id FROM cases i WHERE i.id = $1::uuid))
