-- A correction is proposed.  $1 account  $2 kind of lots  $3 micro-credits  $4 reason  $5 by whom  $6 now
INSERT INTO corrections (account_id, lot_kind, micro_credits, reason, proposed_by, proposed_at, state)
VALUES ($1, $2, $3, $4, $5, $6, 'proposed')
RETURNING correction_id
