-- Takes what is due for carriers that have room, accounts taking turns, and marks it as in flight.
--   $1 dispatcher, which must be alive  $2 now
--   $3..$6 lanes: route prefix, carrier to use, its room in parts, the account whose turn was last
--   $7 how long a message may be tried when it names no validity, seconds
-- Waiting prefixes and accounts are found by steps through the index, so a long queue costs no more than a short one.
WITH RECURSIVE lanes AS MATERIALIZED (
    SELECT l.prefix, l.carrier_id, l.room, l.after
    FROM unnest($3::text[], $4::bigint[], $5::int[], $6::bigint[]) AS l (prefix, carrier_id, room, after)
    WHERE EXISTS (SELECT FROM dispatchers d WHERE d.dispatcher_id = $1 AND d.alive_until > now())
), waiting (prefix) AS (
    (SELECT q.route_prefix FROM queue q ORDER BY q.route_prefix LIMIT 1)
    UNION ALL
    SELECT n.route_prefix
    FROM waiting w
    CROSS JOIN LATERAL (
        SELECT q.route_prefix FROM queue q WHERE q.route_prefix > w.prefix ORDER BY q.route_prefix LIMIT 1
    ) n
), turns AS (
    -- Two rounds: the accounts behind the last one served, then those up to it.
    SELECT l.prefix, l.carrier_id, l.room, r.round, r.high, h.account_id, h.due_at <= $2 AS is_due,
           (h.due_at <= $2)::int AS found
    FROM waiting w
    JOIN lanes l ON l.prefix = w.prefix
    CROSS JOIN LATERAL (VALUES (1, l.after, 9223372036854775807), (2, 0, l.after)) AS r (round, low, high)
    CROSS JOIN LATERAL (
        SELECT q.account_id, q.due_at
        FROM queue q
        WHERE q.route_prefix = l.prefix AND q.account_id > r.low AND q.account_id <= r.high
        ORDER BY q.account_id, q.due_at
        LIMIT 1
    ) h
    UNION ALL
    SELECT t.prefix, t.carrier_id, t.room, t.round, t.high, h.account_id, h.due_at <= $2, t.found + (h.due_at <= $2)::int
    FROM turns t
    CROSS JOIN LATERAL (
        SELECT q.account_id, q.due_at
        FROM queue q
        WHERE q.route_prefix = t.prefix AND q.account_id > t.account_id AND q.account_id <= t.high
        ORDER BY q.account_id, q.due_at
        LIMIT 1
    ) h
    WHERE t.found < t.room
), served AS (
    SELECT t.*, row_number() OVER (PARTITION BY t.carrier_id ORDER BY t.round, t.account_id) AS turn,
           count(*) OVER (PARTITION BY t.carrier_id) AS accounts
    FROM turns t
    WHERE t.is_due
), locked AS MATERIALIZED (
    SELECT s.carrier_id, s.room, s.turn, q.*
    FROM served s
    CROSS JOIN LATERAL (
        SELECT q.ctid AS tuple, q.account_id, q.message_id, q.route_prefix, q.due_at, q.attempt, q.expires_at
        FROM queue q
        WHERE q.route_prefix = s.prefix AND q.account_id = s.account_id AND q.due_at <= $2
        ORDER BY q.due_at, q.message_id
        LIMIT greatest(1, (s.room + s.accounts - 1) / s.accounts)
        FOR UPDATE SKIP LOCKED
    ) q
    WHERE s.turn <= s.room
), known AS (
    SELECT l.carrier_id, l.room, l.turn, l.tuple, l.account_id, l.message_id, l.route_prefix, l.due_at, l.attempt,
           coalesce(l.expires_at, l.due_at + make_interval(secs => coalesce(m.validity_s, $7))) AS expires_at,
           m.sender, m.recipient, m.text, m.category, m.reference, m.receipt, m.system_id, m.validity_s, m.parts,
           l.attempt = 0 AND m.door <> 'opt_out' AND m.category IN ('promotional', 'transactional') AND coalesce((
               -- not EXISTS, which may be planned as a hash of the whole table
               SELECT true FROM opt_outs o
               WHERE o.account_id = l.account_id AND o.recipient = m.recipient
                 AND CASE o.scope
                     WHEN 'category' THEN o.subject = m.category
                     WHEN 'brand' THEN o.subject = lower(m.sender) OR strpos(lower(m.text), o.subject) > 0
                     -- what the person answered to us since is answered in acceptance
                     ELSE NOT EXISTS (
                         SELECT FROM consents c
                         WHERE m.category = 'promotional' AND c.account_id = o.account_id AND c.recipient = o.recipient
                           AND c.confirmed AND c.at > o.at
                     )
                 END
               LIMIT 1
           ), false) AS opted_out,
           row_number() OVER (PARTITION BY l.carrier_id, l.turn ORDER BY l.due_at, l.message_id) AS nth
    FROM locked l
    CROSS JOIN LATERAL (
        SELECT m.sender, m.recipient, m.text, m.category, m.reference, m.receipt, m.system_id, m.validity_s, m.parts,
               m.door
        FROM messages m
        WHERE m.account_id = l.account_id AND m.id = l.message_id
        OFFSET 0
    ) m
), fitting AS (
    SELECT k.*, sum(k.parts) OVER (PARTITION BY k.carrier_id ORDER BY k.nth, k.turn) - k.parts AS before
    FROM known k
), taken AS (
    DELETE FROM queue q
    USING fitting f
    WHERE q.ctid = f.tuple AND f.before < f.room
    RETURNING f.*
), flown AS (
    INSERT INTO in_flight (account_id, message_id, dispatcher_id, carrier_id, route_prefix, due_at, attempt, expires_at)
    SELECT t.account_id, t.message_id, $1, t.carrier_id, t.route_prefix, t.due_at, t.attempt,
           t.expires_at
    FROM taken t
)
SELECT t.account_id, t.message_id, t.carrier_id, t.route_prefix, t.due_at, t.attempt, t.expires_at, t.sender, t.recipient,
       t.text, t.category, t.reference, t.receipt, t.system_id, t.validity_s, t.opted_out, l.part_states, t.parts
FROM taken t
LEFT JOIN LATERAL (
    SELECT l.part_states
    FROM message_life l
    WHERE t.attempt > 0 AND l.account_id = t.account_id AND l.id = t.message_id
    OFFSET 0
) l ON true
ORDER BY t.nth, t.turn
