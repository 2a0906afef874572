-- What is owed to buyers, the oldest first; of a subaccount to whoever stands at the top of its line.
--   $1 only what is still to be paid  $2 booked at and  $3 id after which, or nulls  $4 how many  $5 one alone, or null
SELECT p.payout_id, a.name AS account, b.name AS buyer, p.micro_credits, p.why, p.booked_at, p.paid_at, p.paid_by,
       p.reference, p.reversed_at
FROM payouts p
JOIN accounts a ON a.account_id = p.account_id
JOIN accounts b ON b.account_id = top_of(p.account_id)
WHERE (NOT $1 OR (p.paid_at IS NULL AND p.reversed_at IS NULL))
  AND ($3::uuid IS NULL OR (p.booked_at, p.payout_id) > ($2::timestamptz, $3))
  AND ($5::uuid IS NULL OR p.payout_id = $5)
ORDER BY p.booked_at, p.payout_id
LIMIT $4
