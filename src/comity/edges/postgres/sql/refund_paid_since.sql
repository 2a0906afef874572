-- What was paid back of what an account had when it was last closed.  $1 account
SELECT coalesce(sum(p.micro_credits), 0)::bigint
FROM payouts p
WHERE p.account_id = $1 AND p.paid_at IS NOT NULL
  AND p.booked_at >= (SELECT max(s.at) FROM sanctions s WHERE s.account_id = $1 AND s.event = 'deactivate')
