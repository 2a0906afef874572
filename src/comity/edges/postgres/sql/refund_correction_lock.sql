-- A correction that waits, held for this transaction.  $1 correction
SELECT c.account_id, a.name AS account, c.lot_kind, c.micro_credits, c.reason, c.proposed_by
FROM corrections c
JOIN accounts a ON a.account_id = c.account_id
WHERE c.correction_id = $1 AND c.state = 'proposed'
FOR UPDATE OF c
