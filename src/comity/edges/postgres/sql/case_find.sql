-- A case.  $1 its id, or null  $2 its number, or null
SELECT c.*, a.name AS account, (SELECT count(*) FROM case_messages m WHERE m.case_id = c.case_id) AS messages
FROM cases c
LEFT JOIN accounts a ON a.account_id = c.account_id
WHERE (c.id = $1 OR $1 IS NULL) AND (c.case_id = $2 OR $2 IS NULL) AND num_nulls($1::uuid, $2::bigint) = 1
