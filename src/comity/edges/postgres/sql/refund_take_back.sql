-- What is owed to an account that is open again, and that nobody paid yet, goes back to the lots it came from. Their days
-- move on by as long as it was owed: nobody loses what ran out meanwhile.  $1 account  $2 now
-- Gives the lots with what each got; the sum is what was taken back.
WITH unpaid AS (
    SELECT payout_id, booked_at
    FROM payouts
    WHERE account_id = $1 AND paid_at IS NULL AND reversed_at IS NULL
    ORDER BY payout_id
    FOR UPDATE
), owed AS (
    SELECT e.lot_id, e.subject, e.micro_credits, $2 - u.booked_at AS closed_for
    FROM unpaid u
    JOIN ledger_entries e ON e.account_id = $1 AND e.subject = u.payout_id AND e.kind = 'payout'
), held AS (
    -- in order of lot, as whoever charges locks them
    SELECT l.lot_id
    FROM lots l
    WHERE l.account_id = $1 AND l.lot_id IN (SELECT o.lot_id FROM owed o)
    ORDER BY l.lot_id
    FOR UPDATE
), by_lot AS (
    SELECT o.lot_id, sum(o.micro_credits) AS micro_credits, max(o.closed_for) AS closed_for
    FROM owed o
    JOIN held h ON h.lot_id = o.lot_id
    GROUP BY o.lot_id
), restored AS (
    UPDATE lots l
    SET remaining = l.remaining + b.micro_credits, expires_at = l.expires_at + b.closed_for
    FROM by_lot b
    WHERE l.lot_id = b.lot_id
    RETURNING l.lot_id, l.expires_at, b.micro_credits
), reversed AS (
    UPDATE payouts p SET reversed_at = $2 FROM unpaid u WHERE p.account_id = $1 AND p.payout_id = u.payout_id
), booked AS (
    INSERT INTO ledger_entries (account_id, subject, kind, lot_id, micro_credits, at)
    SELECT $1, subject, 'reversal', lot_id, micro_credits, $2 FROM owed
)
SELECT lot_id, expires_at, micro_credits::bigint FROM restored ORDER BY lot_id
