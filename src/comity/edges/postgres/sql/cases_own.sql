-- Cases that an account may see, the newest first.
--   $1 account  $2 before this number, or null  $3 how many at most  $4 the one of this id, or null for any
--   $5 as $4, in letters: also what a verdict names, where the freeze that it names has a case of the account's own
SELECT c.case_id, c.id, c.kind, c.title, c.state, c.opened_at, c.due_at, c.outcome, c.reason, c.facts,
       (SELECT count(*) FROM case_messages m WHERE m.case_id = c.case_id AND m.account_id = $1) AS messages
FROM cases c
WHERE c.account_id = $1 AND c.visible AND ($2::bigint IS NULL OR c.case_id < $2) 
  AND ($4::uuid IS NULL OR c.id = $4 OR c.facts ->> 'freeze' = $5)
ORDER BY c.case_id DESC
LIMIT $3
