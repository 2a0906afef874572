-- Corrections, the newest first.  $1 only those that wait
SELECT c.correction_id, a.name AS account, c.lot_kind, c.micro_credits, c.reason, c.proposed_by, c.proposed_at,
       c.state, c.approved_by AS settled_by, c.settled_at
FROM corrections c
JOIN accounts a ON a.account_id = c.account_id
WHERE NOT $1 OR c.state = 'proposed'
ORDER BY c.proposed_at DESC, c.correction_id DESC
