-- Cases that wait for somebody, in the order they are to be looked at.
--   $1 kind  $2 state  $3 account  $4 assigned to: what is null does not count
--   $5..$7 after this priority, due instant (null is last) and number  $8 how many at most
SELECT c.case_id, c.id, c.kind, c.title, c.state, c.priority, c.due_at, c.opened_at, c.opened_by, c.assigned_to,
       c.senior, c.outcome, c.facts, a.name AS account,
       (SELECT count(*) FROM case_messages m WHERE m.case_id = c.case_id) AS messages
FROM cases c
LEFT JOIN accounts a ON a.account_id = c.account_id
WHERE c.state IN ('open', 'assigned', 'waiting', 'escalated')
  AND (c.priority, coalesce(c.due_at, 'infinity'), c.case_id)
      > ($5::smallint, coalesce($6::timestamptz, 'infinity'), $7::bigint)
  AND ($1::text IS NULL OR c.kind = $1) AND ($2::text IS NULL OR c.state = $2)
  AND ($3::bigint IS NULL OR c.account_id = $3) AND ($4::text IS NULL OR c.assigned_to = $4)
ORDER BY c.priority, coalesce(c.due_at, 'infinity'), c.case_id
LIMIT $8
