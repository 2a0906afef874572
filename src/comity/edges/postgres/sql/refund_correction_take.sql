-- Credits are taken from lots that are locked.  $1 account  $2 correction  $3 lots  $4 from each  $5 now
WITH taken AS (
    UPDATE lots l SET remaining = l.remaining - t.micro_credits
    FROM unnest($3::bigint[], $4::bigint[]) AS t (lot_id, micro_credits)
    WHERE l.account_id = $1 AND l.lot_id = t.lot_id
    RETURNING l.lot_id, t.micro_credits
)
INSERT INTO ledger_entries (account_id, subject, kind, lot_id, micro_credits, at)
SELECT $1, $2, 'correction', lot_id, -micro_credits, $5 FROM taken
