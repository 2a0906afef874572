-- A case, kept as it is until the transaction ends; held messages do not wait for it.  $1 its id, or null
--   $2 its number, or null
SELECT c.*, a.name AS account, 0::bigint AS messages
FROM cases c
LEFT JOIN accounts a ON a.account_id = c.account_id
WHERE (c.id = $1 OR $1 IS NULL) AND (c.case_id = $2 OR $2 IS NULL) AND num_nulls($1::uuid, $2::bigint) = 1
FOR NO KEY UPDATE OF c
