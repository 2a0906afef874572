-- The strikes that count, in order.  $1 account  $2 now
SELECT strike_id, clause, source, facts, figures, weight, by, at, expires_at
FROM strikes
WHERE account_id = $1 AND removed_at IS NULL AND at <= $2 AND expires_at > $2
ORDER BY strike_id
