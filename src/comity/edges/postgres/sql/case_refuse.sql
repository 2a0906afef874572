-- What a case holds is refused, and what was charged for it goes back to its lots; only what is still held.
--   $1 case  $2 now  $3 the detail that customers are told  $4 the oldest so many, or null for all
WITH named AS MATERIALIZED (
    SELECT n.account_id, n.message_id FROM case_messages n WHERE n.case_id = $1 AND n.effect = ''
    ORDER BY n.message_id LIMIT $4
), ended AS (
    UPDATE message_life l
    SET state = 'refused', detail = $3, settled_at = $2
    FROM named n
    WHERE l.account_id = n.account_id AND l.id = n.message_id AND l.state = 'held'
    RETURNING l.account_id, l.id
), refunded AS (
    INSERT INTO ledger_entries (account_id, subject, kind, lot_id, micro_credits)
    SELECT e.account_id, e.subject, 'refund', e.lot_id, e.micro_credits
    FROM ended d
    JOIN ledger_entries e ON e.account_id = d.account_id AND e.subject = d.id AND e.kind = 'charge'
    RETURNING account_id, lot_id, micro_credits
), returned AS (
    UPDATE lots l
    SET remaining = l.remaining + r.micro_credits
    FROM (SELECT account_id, lot_id, sum(micro_credits) AS micro_credits FROM refunded GROUP BY 1, 2) r
    WHERE l.account_id = r.account_id AND l.lot_id = r.lot_id
), marked AS (
    UPDATE case_messages n
    -- IN, which is hashed; EXISTS is planned for the one row that a case without statistics is taken to hold
    SET effect = CASE WHEN n.message_id IN (SELECT d.id FROM ended d) THEN 'refused' ELSE 'none' END
    FROM named d
    WHERE n.case_id = $1 AND n.message_id = d.message_id
)
SELECT n.account_id, n.message_id, n.message_id IN (SELECT d.id FROM ended d) AS ended, m.sender, m.recipient, sealed_text_of(m.account_id, m.subject, m.id, m.body, m.text) AS text, m.reference, m.receipt,
       m.system_id
FROM named n
LEFT JOIN LATERAL (
    SELECT m.* FROM messages m WHERE m.account_id = n.account_id AND m.id = n.message_id OFFSET 0
) m ON true
ORDER BY n.message_id
