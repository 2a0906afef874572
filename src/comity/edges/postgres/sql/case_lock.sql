-- A case, kept as it is until the transaction ends; held messages do not wait for it.  $1 its id, or null
--   $2 its number, or null
SELECT c.*, a.name AS account, 0::bigint AS messages
FROM cases c
LEFT JOIN accounts a ON a.account_id = c.account_id
WHERE c.case_id = coalesce($2::bigint, (SELECT i.case_id FROM cases i WHERE i.id = $1::uuid))
FOR NO KEY UPDATE OF c
