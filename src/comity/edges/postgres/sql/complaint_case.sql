-- A complaint joins a case: the most urgent of its complaints sets when it is looked at. Gives nothing where it was decided
-- meanwhile.  $1 case  $2 priority  $3 due  $4 facts
UPDATE cases
SET priority = least(priority, $2), due_at = least(due_at, $3), facts = facts || $4
WHERE case_id = $1 AND state IN ('open', 'assigned', 'waiting', 'escalated')
RETURNING case_id
