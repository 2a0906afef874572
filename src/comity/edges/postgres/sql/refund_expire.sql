-- What is left of lots whose day has passed is booked as expired.  $1 now  $2 at most so many lots
WITH past AS (
    SELECT lot_id, account_id, remaining
    FROM lots
    WHERE expires_at <= $1 AND remaining > 0
    ORDER BY lot_id
    LIMIT $2
    FOR UPDATE SKIP LOCKED
), emptied AS (
    UPDATE lots SET remaining = 0 FROM past WHERE lots.lot_id = past.lot_id
), booked AS (
    -- A subject of its own: what is refunded to the lot later expires again.
    INSERT INTO ledger_entries (account_id, subject, kind, lot_id, micro_credits, at)
    SELECT account_id, uuidv7(), 'expiry', lot_id, remaining, $1 FROM past
)
SELECT count(*) FROM past
