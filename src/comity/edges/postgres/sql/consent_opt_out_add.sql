-- Puts people on the opt-out list; gives those that were not there in that scope.
--   $1 account  $2 recipient  $3 scope  $4 subject  $5 source  $6 memo  $7 at
INSERT INTO opt_outs (account_id, recipient, scope, subject, source, memo, at)
VALUES ($1, $2, $3, CASE $3 WHEN 'brand' THEN lower($4) ELSE $4 END, $5, $6, $7)
ON CONFLICT DO NOTHING
RETURNING number, subject
