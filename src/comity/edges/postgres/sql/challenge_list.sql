-- Challenges, the newest first.
--   $1 account, or null for all  $2 only those that nobody has answered?  $3 before this one, or null  $4 at most
SELECT o.*, a.name AS account, k.id AS "case",
       (SELECT count(*) FROM case_messages n WHERE n.case_id = o.case_id AND n.effect = '') AS held
FROM challenges o
JOIN accounts a ON a.account_id = o.account_id
JOIN cases k ON k.case_id = o.case_id
WHERE ($1::bigint IS NULL OR o.account_id = $1) AND (NOT $2 OR o.ended_at IS NULL)
  AND ($3::uuid IS NULL OR o.challenge_id < $3)
ORDER BY o.challenge_id DESC
LIMIT $4
