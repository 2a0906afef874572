-- Credits are given: a lot, and the entry that books it.  $1 account  $2 kind  $3 micro-credits  $4 correction  $5 now
WITH lot AS (
    INSERT INTO lots (account_id, kind, micro_credits, remaining)
    VALUES ($1, $2, $3, $3)
    RETURNING lot_id
)
INSERT INTO ledger_entries (account_id, subject, kind, lot_id, micro_credits, at)
SELECT $1, $4, 'correction', lot_id, $3, $5 FROM lot
