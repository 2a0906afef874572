-- Whether there are so many undecided cases of a day of what fits nothing.  $1 what their subjects begin with  $2 so many
SELECT count(*) >= $2
FROM cases c
WHERE starts_with(c.subject, $1 || ' ') AND c.account_id IS NULL AND c.kind = 'complaint'
  AND c.state IN ('open', 'assigned', 'waiting', 'escalated')
