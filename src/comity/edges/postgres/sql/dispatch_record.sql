-- What became of messages that were in flight. Rows that are no longer this dispatcher's are left alone.
--   $1 dispatcher  $2 now  $3..$4 lowest and highest message id, which spare the other partitions
--   $5..$15 messages: account, id, state, part states (with commas), detail, carrier, handed to it?,
--           due again (null: not queued again), attempt, expires at, refund?
--   $16..$21 parts with an id: account, message, part from 1, carrier, key, place of the message above, from 1
WITH told AS MATERIALIZED (
    SELECT *
    FROM unnest($5::bigint[], $6::uuid[], $7::text[], $8::text[], $9::smallint[], $10::bigint[], $11::boolean[],
                $12::timestamptz[], $13::smallint[], $14::timestamptz[], $15::boolean[])
         WITH ORDINALITY AS t (account_id, message_id, state, part_states, detail, carrier_id, handed, due_at, attempt,
                               expires_at, refund, place)
), mine AS (
    -- Row by row through the key: joined freely, a plan made while the table was empty walks all of it for every batch.
    SELECT t.*, f.tuple
    FROM told t
    CROSS JOIN LATERAL (
        SELECT f.ctid AS tuple FROM in_flight f WHERE f.account_id = t.account_id AND f.message_id = t.message_id OFFSET 0
    ) f
), freed AS (
    DELETE FROM in_flight f
    USING mine t
    WHERE f.ctid = t.tuple AND f.dispatcher_id = $1 AND f.message_id = t.message_id
    RETURNING t.*, string_to_array(t.part_states, ',') AS parts, f.route_prefix
), moved AS (
    UPDATE message_life l
    SET (part_states, state, detail, carrier_id, submitted_at, settled_at) = (
        SELECT p.parts,
               CASE WHEN may_move(l.state, s.state) THEN s.state ELSE l.state END,
               t.detail,
               CASE WHEN t.handed THEN t.carrier_id ELSE l.carrier_id END,
               CASE WHEN t.handed THEN coalesce(l.submitted_at, $2) ELSE l.submitted_at END,
               CASE WHEN s.state NOT IN ('queued', 'submitting', 'submitted') THEN $2 ELSE l.settled_at END
        FROM (SELECT CASE WHEN l.part_states = '{}' THEN t.parts ELSE merge_parts(l.part_states, t.parts) END AS parts
              OFFSET 0) p
        CROSS JOIN LATERAL (
            SELECT CASE WHEN t.due_at IS NOT NULL THEN 'queued'
                        WHEN l.part_states = '{}' THEN t.state
                        ELSE compose_state(p.parts) END AS state
            OFFSET 0
        ) s
    )
    FROM freed t
    WHERE l.account_id = t.account_id AND l.id = t.message_id AND l.id BETWEEN $3 AND $4
    RETURNING t.place, l.state
), requeued AS (
    INSERT INTO queue (account_id, message_id, route_prefix, due_at, attempt, expires_at)
    SELECT t.account_id, t.message_id, t.route_prefix, t.due_at, t.attempt, t.expires_at
    FROM freed t
    WHERE t.due_at IS NOT NULL
), awaited AS (
    -- A carrier that gives an id again has forgotten the message that had it.
    INSERT INTO awaited_receipts (carrier_id, smsc_key, account_id, message_id, part)
    SELECT DISTINCT ON (p.carrier_id, p.smsc_key) p.carrier_id, p.smsc_key, p.account_id, p.message_id, p.part
    FROM unnest($16::bigint[], $17::uuid[], $18::smallint[], $19::bigint[], $20::text[], $21::bigint[])
         AS p (account_id, message_id, part, carrier_id, smsc_key, place)
    WHERE p.place = ANY (ARRAY(SELECT t.place FROM freed t))
    ORDER BY p.carrier_id, p.smsc_key, p.message_id DESC
    ON CONFLICT (carrier_id, smsc_key) DO UPDATE
    SET account_id = excluded.account_id, message_id = excluded.message_id, part = excluded.part, at = excluded.at
), returned AS (
    -- The key of the ledger makes a second refund of the same charge impossible.
    INSERT INTO ledger_entries (account_id, subject, kind, lot_id, micro_credits)
    SELECT e.account_id, e.subject, 'refund', e.lot_id, e.micro_credits
    FROM freed t
    JOIN ledger_entries e ON e.account_id = t.account_id AND e.subject = t.message_id AND e.kind = 'charge'
    WHERE t.refund
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
SELECT m.place, m.state FROM moved m
