-- A scheduled message is taken back: no longer queued, cancelled, refunded to its lots.  $1 account  $2 number  $3 now
WITH taken AS (
    DELETE FROM queue WHERE account_id = $1 AND number = $2 AND scheduled RETURNING account_id, message_id
), ended AS (
    UPDATE message_life l
    SET state = 'cancelled', detail = 21, settled_at = $3
    FROM taken t
    WHERE l.account_id = t.account_id AND l.id = t.message_id
), refunded AS (
    INSERT INTO ledger_entries (account_id, subject, kind, lot_id, micro_credits)
    SELECT e.account_id, e.subject, 'refund', e.lot_id, e.micro_credits
    FROM taken t
    JOIN ledger_entries e ON e.account_id = t.account_id AND e.subject = t.message_id AND e.kind = 'charge'
    RETURNING lot_id, micro_credits
), returned AS (
    UPDATE lots l
    SET remaining = l.remaining + r.micro_credits
    FROM refunded r
    WHERE l.account_id = $1 AND l.lot_id = r.lot_id
)
SELECT message_id FROM taken
