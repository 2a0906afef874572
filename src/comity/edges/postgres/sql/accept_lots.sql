-- What accounts may spend.  $1 accounts
SELECT lot_id, account_id, kind, remaining, expires_at
FROM lots
WHERE account_id = ANY ($1::bigint[]) AND remaining > 0
ORDER BY account_id, lot_id
