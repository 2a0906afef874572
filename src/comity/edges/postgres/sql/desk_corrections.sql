-- Corrections, the newest first.
--   $1 only those that wait  $2 proposed at and  $3 id before which, or nulls  $4 how many  $5 one alone, or null
SELECT c.correction_id, a.name AS account, c.lot_kind, c.micro_credits, c.reason, c.proposed_by, c.proposed_at,
       c.state, c.approved_by AS settled_by, c.settled_at
FROM corrections c
JOIN accounts a ON a.account_id = c.account_id
WHERE (NOT $1 OR c.state = 'proposed')
  AND ($3::uuid IS NULL OR (c.proposed_at, c.correction_id) < ($2::timestamptz, $3))
  AND ($5::uuid IS NULL OR c.correction_id = $5)
ORDER BY c.proposed_at DESC, c.correction_id DESC
LIMIT $4
