-- Entries of a month, the oldest first.
-- $1 account  $2 begins  $3 ends  $4 kind, '' for all  $5 to $8 behind this one: at, subject, kind, lot  $9 at most
SELECT at, subject, kind, lot_id, micro_credits
FROM ledger_postings
WHERE account_id = $1 AND ledger_account = 'customer' AND at >= $2 AND at < $3 AND ($4 = '' OR kind = $4)
  AND ($5::timestamptz IS NULL OR (at, subject, kind, lot_id) > ($5, $6::uuid, $7::text, $8::bigint))
ORDER BY at, subject, kind, lot_id
LIMIT $9
