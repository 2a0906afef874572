-- One challenge.  $1 account, or null for any  $2 challenge
SELECT o.*, a.name AS account, k.id AS "case",
       (SELECT count(*) FROM case_messages n WHERE n.case_id = o.case_id AND n.effect = '') AS held
FROM challenges o
JOIN accounts a ON a.account_id = o.account_id
JOIN cases k ON k.case_id = o.case_id
WHERE o.challenge_id = $2 AND ($1::bigint IS NULL OR o.account_id = $1)
