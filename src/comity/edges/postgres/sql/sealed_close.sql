-- Close a case; one that is closed may still have its text destroyed. What its closing said is never written over.
--   $1 case  $2 by whom  $3 what was done, or why its text is destroyed  $4 whether its text is destroyed
UPDATE sealed_cases
SET state = 'closed', closed_at = coalesce(closed_at, now()),
    closed_by = CASE state WHEN 'open' THEN $2 ELSE closed_by END,
    closing = CASE state WHEN 'open' THEN $3 ELSE closing END,
    destroyed_at = CASE WHEN $4 THEN now() END,
    destroyed_by = CASE WHEN $4 THEN $2 ELSE '' END,
    destroyed_why = CASE WHEN $4 THEN $3 ELSE '' END
WHERE case_id = $1 AND destroyed_at IS NULL AND (state = 'open' OR $4)
RETURNING TRUE
