-- Take back everything of an account that no carrier has: cancelled, and refunded to its lots.  $1 account, $2 now
--   $3..$4 lowest and highest id of what is taken back
WITH queued AS (
    DELETE FROM queue WHERE account_id = $1 AND message_id BETWEEN $3 AND $4 RETURNING message_id
), waiting AS (
    SELECT message_id FROM queued
    UNION
    SELECT id FROM message_life WHERE account_id = $1 AND id BETWEEN $3 AND $4 AND state = 'held'
), ended AS (
    UPDATE message_life l
    SET state = 'cancelled', detail = 21, settled_at = $2
    FROM waiting w
    WHERE l.account_id = $1 AND l.id = w.message_id AND l.id BETWEEN $3 AND $4 AND may_move(l.state, 'cancelled')
    RETURNING l.id
), refunded AS (
    INSERT INTO ledger_entries (account_id, subject, kind, lot_id, micro_credits, at)
    SELECT e.account_id, e.subject, 'refund', e.lot_id, e.micro_credits, $2
    FROM ended d
    JOIN ledger_entries e ON e.account_id = $1 AND e.subject = d.id AND e.kind = 'charge'
    ON CONFLICT DO NOTHING
    RETURNING lot_id, micro_credits
), returned AS (
    UPDATE lots l
    SET remaining = l.remaining + r.micro_credits
    FROM (SELECT lot_id, sum(micro_credits) AS micro_credits FROM refunded GROUP BY lot_id) r
    WHERE l.account_id = $1 AND l.lot_id = r.lot_id
)
SELECT m.account_id, m.id AS message_id, m.sender, m.recipient, sealed_text_of(m.account_id, m.subject, m.id, m.body, m.text) AS text, m.reference, m.receipt, m.system_id
FROM ended d
JOIN messages m ON m.account_id = $1 AND m.id = d.id AND m.id BETWEEN $3 AND $4
ORDER BY m.id
