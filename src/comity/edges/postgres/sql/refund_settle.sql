-- A payout was paid: for each of its entries the way on from payable.  $1 payout  $2 by whom  $3 reference  $4 now
WITH paid AS (
    UPDATE payouts SET paid_at = $4, paid_by = $2, reference = $3
    WHERE payout_id = $1 AND paid_at IS NULL AND reversed_at IS NULL
    RETURNING account_id, payout_id, micro_credits
), booked AS (
    INSERT INTO ledger_entries (account_id, subject, kind, lot_id, micro_credits, at)
    SELECT e.account_id, e.subject, 'settlement', e.lot_id, e.micro_credits, $4
    FROM paid
    JOIN ledger_entries e ON e.account_id = paid.account_id AND e.subject = paid.payout_id AND e.kind = 'payout'
)
SELECT a.name, paid.micro_credits FROM paid JOIN accounts a ON a.account_id = paid.account_id
