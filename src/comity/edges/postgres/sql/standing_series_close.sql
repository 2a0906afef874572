-- An account's open series end.  $1 account  $2 by  $3 why  $4 now
UPDATE probing_series
SET closed_at = $4, closed_by = $2, closed_why = $3
WHERE account_id = $1 AND closed_at IS NULL
RETURNING series_id
