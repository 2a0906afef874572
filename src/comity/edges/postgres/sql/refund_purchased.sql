-- What is left of an account's purchased lots becomes payable to the buyer.  $1 account  $2 why  $3 now
WITH held AS (
    -- in order of lot, as whoever charges locks them
    SELECT lot_id, remaining
    FROM lots
    WHERE account_id = $1 AND kind = 'purchased' AND remaining > 0 AND (expires_at IS NULL OR expires_at > $3)
    ORDER BY lot_id
    FOR UPDATE
), owed AS (
    SELECT sum(remaining) AS micro_credits FROM held WHERE remaining > 0
), payout AS (
    INSERT INTO payouts (account_id, micro_credits, why, booked_at)
    SELECT $1, micro_credits, $2, $3 FROM owed WHERE micro_credits > 0
    RETURNING payout_id
), emptied AS (
    UPDATE lots SET remaining = 0 FROM held WHERE lots.lot_id = held.lot_id
), booked AS (
    INSERT INTO ledger_entries (account_id, subject, kind, lot_id, micro_credits, at)
    SELECT $1, payout_id, 'payout', lot_id, remaining, $3 FROM held, payout WHERE remaining > 0
)
SELECT coalesce(micro_credits, 0)::bigint FROM owed
