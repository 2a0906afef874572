-- Cases that were decided or closed, the newest first.
--   $1 kind  $2 state  $3 account  $4 assigned to: what is null does not count
--   $5 before this number; 0 from the newest on  $6 how many at most
SELECT c.case_id, c.id, c.kind, c.title, c.state, c.priority, c.due_at, c.opened_at, c.opened_by, c.assigned_to,
       c.senior, c.outcome, c.facts, a.name AS account,
       (SELECT count(*) FROM case_messages m WHERE m.case_id = c.case_id) AS messages
FROM cases c
LEFT JOIN accounts a ON a.account_id = c.account_id
WHERE c.state = $2 AND ($5::bigint = 0 OR c.case_id < $5)
  AND ($1::text IS NULL OR c.kind = $1)
  AND ($3::bigint IS NULL OR c.account_id = $3) AND ($4::text IS NULL OR c.assigned_to = $4)
ORDER BY c.case_id DESC
LIMIT $6
