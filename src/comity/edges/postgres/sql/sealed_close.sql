-- Close a case; one that is closed may still have its text destroyed.
--   $1 case  $2 by whom  $3 what was done  $4 whether its text is destroyed
UPDATE sealed_cases
SET state = 'closed', closed_at = coalesce(closed_at, now()), closed_by = $2, closing = $3,
    destroyed_at = CASE WHEN $4 THEN now() END
WHERE case_id = $1 AND destroyed_at IS NULL AND (state = 'open' OR $4)
RETURNING TRUE
