-- The undecided case of what one reporter said of a day that fits nothing, kept as it is.  $1 its subject
SELECT c.case_id
FROM cases c
WHERE c.subject = $1 AND c.account_id IS NULL AND c.kind = 'complaint' AND c.state IN ('open', 'assigned', 'waiting', 'escalated')
LIMIT 1
FOR NO KEY UPDATE
