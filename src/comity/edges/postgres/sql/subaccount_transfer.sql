-- Parts of an account's lots, which are locked, become lots of its subaccount: of the same kind and to the same day.
--   $1 account  $2 subaccount  $3 lots  $4 from each  $5 by  $6 now
WITH moved AS (
    SELECT * FROM unnest($3::bigint[], $4::bigint[]) WITH ORDINALITY AS m (lot_id, micro_credits, place)
), transfer AS (
    INSERT INTO transfers (account_id, child_id, micro_credits, by, at)
    SELECT $1, $2, sum(micro_credits), $5, $6 FROM moved
    RETURNING transfer_id
), taken AS (
    UPDATE lots l SET remaining = l.remaining - m.micro_credits
    FROM moved m
    WHERE l.account_id = $1 AND l.lot_id = m.lot_id
    RETURNING l.lot_id, l.kind, l.expires_at, m.micro_credits
), given AS (
    INSERT INTO lots (account_id, kind, micro_credits, remaining, expires_at)
    SELECT $2, kind, micro_credits, micro_credits, expires_at FROM taken ORDER BY lot_id
    RETURNING lot_id, micro_credits
), booked AS (
    INSERT INTO ledger_entries (account_id, subject, kind, lot_id, micro_credits, at)
    SELECT $1, transfer_id, 'transfer-out', lot_id, micro_credits, $6 FROM taken, transfer
    UNION ALL
    SELECT $2, transfer_id, 'transfer-in', lot_id, micro_credits, $6 FROM given, transfer
)
SELECT transfer_id FROM transfer
