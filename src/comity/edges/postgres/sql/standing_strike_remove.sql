-- Takes a strike back that still counts.  $1 strike  $2 by  $3 why  $4 now
UPDATE strikes
SET removed_at = $4, removed_by = $2, removed_why = $3
WHERE strike_id = $1 AND removed_at IS NULL AND expires_at > $4
RETURNING account_id
