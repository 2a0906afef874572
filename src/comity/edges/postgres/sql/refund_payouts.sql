-- What is owed to buyers: of a subaccount whoever stands at the top of its line.  $1 only what is still to be paid
SELECT p.payout_id, a.name AS account, b.name AS buyer, p.micro_credits, p.why, p.booked_at, p.paid_at, p.paid_by,
       p.reference, p.reversed_at
FROM payouts p
JOIN accounts a ON a.account_id = p.account_id
JOIN accounts b ON b.account_id = top_of(p.account_id)
WHERE NOT $1 OR (p.paid_at IS NULL AND p.reversed_at IS NULL)
ORDER BY p.booked_at, p.payout_id
