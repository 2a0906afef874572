-- What is owed to buyers.  $1 only what is not paid yet
SELECT p.payout_id, a.name AS account, p.micro_credits, p.why, p.booked_at, p.paid_at, p.paid_by, p.reference
FROM payouts p
JOIN accounts a ON a.account_id = p.account_id
WHERE NOT $1 OR p.paid_at IS NULL
ORDER BY p.booked_at, p.payout_id
