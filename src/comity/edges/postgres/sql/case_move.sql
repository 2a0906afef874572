-- A case takes a step.  $1 case  $2 state  $3 assigned to  $4 senior  $5 decided by  $6 outcome  $7 decided at
--   $8 reason  $9 closed at
UPDATE cases
SET state = $2, assigned_to = $3, senior = $4, decided_by = $5, outcome = $6, decided_at = $7, reason = $8,
    closed_at = $9
WHERE case_id = $1
