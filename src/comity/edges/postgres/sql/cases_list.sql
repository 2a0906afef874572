-- Cases, newest first.  $1 only open ones
SELECT c.case_id AS number, a.name AS account, c.kind, c.title, c.state, c.opened_by, c.opened_at,
       (SELECT count(*) FROM case_messages m WHERE m.case_id = c.case_id) AS messages
FROM cases c
JOIN accounts a USING (account_id)
WHERE c.state = 'open' OR NOT $1
ORDER BY c.case_id DESC
