-- A lot and the entry that books it.  $1 account  $2 purchased or bonus  $3 micro-credits  $4 expiry  $5 id of the purchase
WITH lot AS (
    INSERT INTO lots (account_id, kind, micro_credits, remaining, expires_at)
    VALUES ($1, $2, $3, $3, $4)
    RETURNING lot_id, account_id
), entry AS (
    INSERT INTO ledger_entries (account_id, subject, kind, lot_id, micro_credits)
    SELECT account_id, $5, CASE $2 WHEN 'bonus' THEN 'bonus' ELSE 'purchase' END, lot_id, $3
    FROM lot
)
SELECT lot_id FROM lot
