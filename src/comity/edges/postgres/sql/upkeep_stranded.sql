-- Messages whose rows of the queue are locked expire; what no part of was handed over goes back to its lots.
--   $1 now  $2 the detail that customers are told  $3..$4 messages: account, id
WITH gone AS (
    DELETE FROM queue q
    USING unnest($3::bigint[], $4::uuid[]) AS w (account_id, message_id)
    WHERE q.account_id = w.account_id AND q.message_id = w.message_id
    RETURNING q.account_id, q.message_id
), ended AS (
    UPDATE message_life l
    SET part_states = p.states, state = p.state, detail = $2,
        settled_at = CASE WHEN p.state = 'submitted' THEN l.settled_at ELSE $1 END
    FROM gone g
    CROSS JOIN LATERAL (
        SELECT a.before, a.states,
               CASE WHEN a.states <@ '{expired}' THEN 'expired' ELSE compose_state(a.states) END AS state
        FROM (
            SELECT o.part_states AS before,
                   array_replace(array_replace(o.part_states, 'queued', 'expired'), 'submitting', 'expired') AS states
            FROM message_life o
            WHERE o.account_id = g.account_id AND o.id = g.message_id
        ) a
        OFFSET 0
    ) p
    WHERE l.account_id = g.account_id AND l.id = g.message_id AND l.state IN ('queued', 'deferred')
    RETURNING l.account_id, l.id, l.state, l.submitted_at, p.before <@ '{queued,rejected,expired,refused}' AS untried
), returned AS (
    -- The key of the ledger makes a second refund of the same charge impossible.
    INSERT INTO ledger_entries (account_id, subject, kind, lot_id, micro_credits)
    SELECT e.account_id, e.subject, 'refund', e.lot_id, e.micro_credits
    FROM ended d
    JOIN ledger_entries e ON e.account_id = d.account_id AND e.subject = d.id AND e.kind = 'charge'
    WHERE d.untried
    ON CONFLICT DO NOTHING
    RETURNING account_id, lot_id, micro_credits
), owed AS MATERIALIZED (
    SELECT l.lot_id, r.micro_credits
    FROM (SELECT lot_id, sum(micro_credits)::bigint AS micro_credits FROM returned GROUP BY lot_id) r
    JOIN lots l ON l.lot_id = r.lot_id
    ORDER BY l.lot_id
    FOR NO KEY UPDATE OF l
), refilled AS (
    UPDATE lots l SET remaining = l.remaining + o.micro_credits FROM owed o WHERE l.lot_id = o.lot_id
)
SELECT d.account_id, d.id AS message_id, d.state, d.submitted_at, m.sender, m.recipient,
       sealed_text_of(m.account_id, m.subject, m.id, m.body, m.text) AS text, m.reference, m.receipt, m.system_id
FROM ended d
CROSS JOIN LATERAL (
    SELECT m.* FROM messages m WHERE m.account_id = d.account_id AND m.id = d.id OFFSET 0
) m
