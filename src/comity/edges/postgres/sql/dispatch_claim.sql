-- Takes what is due for carriers that have room, accounts taking turns, and marks it as in flight.
--   $1 dispatcher, which must be alive  $2 now
--   $3..$6 lanes: route prefix, carrier to use, its room in parts, the account whose turn was last
--   $7 how long a message may be tried when it names no validity, seconds
-- Waiting prefixes and accounts are found by steps through the index, so a long queue costs no more than a short one.
-- What belongs to an account that may not send now, or to one below such, is stepped over, whatever way it came into
-- the queue: one look-up for each account with something due. What its standing does to its queue is in
-- standing_park.sql; what a node queues that had not heard of the change, or a carrier gave back, meets it here.
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
    SELECT l.prefix, l.carrier_id, l.room, r.round, r.high, h.account_id, h.is_due, h.is_due::int AS found
    FROM waiting w
    JOIN lanes l ON l.prefix = w.prefix
    CROSS JOIN LATERAL (VALUES (1, l.after, 9223372036854775807), (2, 0, l.after)) AS r (round, low, high)
    CROSS JOIN LATERAL lane_turn(l.prefix, r.low, r.high, $2) h
    UNION ALL
    SELECT t.prefix, t.carrier_id, t.room, t.round, t.high, h.account_id, h.is_due, t.found + h.is_due::int
    FROM turns t
    CROSS JOIN LATERAL lane_turn(t.prefix, t.account_id, t.high, $2) h
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
           m.sender, m.recipient, m.subject, m.body, m.text, m.category, m.reference, m.receipt, m.system_id, m.validity_s,
           m.parts,
           -- Who asked to be left alone while it waited is: as acceptance has it. '' where that holds whatever the
           -- brand; of brands, whether the text names one is for who can read it (comity.edges.postgres.named_brands).
           CASE WHEN l.attempt = 0 AND m.door <> 'opt_out' AND m.category <> 'otp' THEN (
               -- not EXISTS, which may be planned as a hash of the whole table
               SELECT array_agg(CASE WHEN s.scope = 'brand' THEN s.subject ELSE '' END)
               FROM (
                   SELECT o.scope, o.subject, o.at, true AS is_opt_out
                   FROM opt_outs o
                   WHERE o.account_id = l.account_id AND o.recipient = m.recipient
                   UNION ALL
                   -- Of consents that were taken back acceptance knew the earlier ones; a minute, as it judges and
                   -- others write at the same time.
                   SELECT 'brand', w.brand, w.at, false
                   FROM consent_withdrawals w
                   WHERE m.category = 'promotional' AND w.account_id = l.account_id AND w.recipient = m.recipient
                     AND w.at > uuid_extract_timestamp(l.message_id) - interval '1 minute'
               ) s
               CROSS JOIN LATERAL (
                   SELECT ($2::timestamptz AT TIME ZONE 'UTC')::date AS today,
                          regexp_replace(lower(s.subject COLLATE pg_c_utf8), '[^[:alnum:]]+', '', 'g') AS brand
                   OFFSET 0
               ) n
               WHERE (s.scope <> 'category' OR s.subject = m.category)
                 AND CASE WHEN m.category <> 'alert' THEN true ELSE NOT EXISTS (
                         SELECT FROM clearances c
                         WHERE c.account_id = l.account_id AND c.content = 'alert'
                           AND coalesce(c.country IN ('', m.country), true)
                           AND coalesce(c.since <= n.today, true) AND coalesce(c.until >= n.today, true)
                     ) END
                 -- What the person answered to us since opens promotion again, and after a consent that was taken back
                 -- any new one does.
                 AND NOT EXISTS (
                     SELECT
                     FROM consents c
                     WHERE m.category = 'promotional' AND c.account_id = l.account_id AND c.recipient = m.recipient
                       AND (c.confirmed OR NOT s.is_opt_out) AND c.at > s.at AND c.withdrawn_at IS NULL
                       AND coalesce(c.expires_at > $2, true)
                       AND (c.import_id IS NULL OR (
                           SELECT i.state IN ('counted', 'released')
                           FROM consent_imports i
                           WHERE i.account_id = c.account_id AND i.import_id = c.import_id
                       ))
                       AND (s.scope <> 'brand'
                            OR regexp_replace(lower(c.brand COLLATE pg_c_utf8), '[^[:alnum:]]+', '', 'g') = n.brand)
                 )
           ) END AS stops,
           -- Brands of consents that ended by themselves while an offer waited, and that no consent for the same brand
           -- carries: '' where none for any does. Whether the offer speaks for such a brand is for who reads it
           -- (comity.edges.postgres.named_brands).
           CASE WHEN l.attempt = 0 AND m.category = 'promotional' AND m.door <> 'opt_out' THEN (
               SELECT array_agg(CASE WHEN k.any_brand THEN e.brand ELSE '' END)
               FROM consents e
               CROSS JOIN LATERAL (
                   SELECT count(*) > 0 AS any_brand,
                          count(*) FILTER (WHERE brand_letters(c.brand) = brand_letters(e.brand)) > 0 AS same_brand
                   FROM consents c
                   WHERE c.account_id = e.account_id AND c.recipient = e.recipient AND c.withdrawn_at IS NULL
                     AND coalesce(c.expires_at > $2, true)
                     AND (c.import_id IS NULL OR (
                         SELECT i.state IN ('counted', 'released')
                         FROM consent_imports i
                         WHERE i.account_id = c.account_id AND i.import_id = c.import_id
                     ))
               ) k
               WHERE e.account_id = l.account_id AND e.recipient = m.recipient
                 AND e.expires_at > uuid_extract_timestamp(l.message_id) AND e.expires_at <= $2 AND NOT k.same_brand
           ) END AS ended,
           -- Traffic that is frozen meanwhile, whatever way it came into the queue. Whether anything is frozen at all is
           -- asked once for a claim.
           CASE WHEN (SELECT EXISTS (SELECT FROM freezes o WHERE o.state IN ('in-force', 'confirmed'))) THEN (
               SELECT min(f.freeze_id)
               FROM freezes f
               WHERE f.state IN ('in-force', 'confirmed')
                 AND complaint_frozen(f, m.category, m.sender, m.text_key, m.template, m.similarity)
                 AND (f.account_id IS NULL OR l.account_id IN (SELECT family_of(f.account_id)))
           ) END AS freeze_id,
           row_number() OVER (PARTITION BY l.carrier_id, l.turn ORDER BY l.due_at, l.message_id) AS nth
    FROM locked l
    CROSS JOIN LATERAL (
        SELECT m.sender, m.recipient, m.subject, m.body, m.text, m.category, m.reference, m.receipt, m.system_id,
               m.validity_s, m.parts, m.door, m.country, m.text_key, m.template, m.similarity
        FROM messages m
        WHERE m.account_id = l.account_id AND m.id = l.message_id
        OFFSET 0
    ) m
), frozen AS MATERIALIZED (
    -- What a carrier has a part of goes on.
    SELECT k.tuple, k.freeze_id
    FROM known k
    CROSS JOIN LATERAL (
        SELECT l.part_states <@ '{queued}' AS is_whole
        FROM message_life l
        WHERE l.account_id = k.account_id AND l.id = k.message_id
        OFFSET 0
    ) l
    WHERE k.freeze_id IS NOT NULL AND l.is_whole
), put_off AS (
    -- Out of the way of what may go, until the deed of the freeze has taken it out.
    UPDATE queue q SET due_at = $2 + interval '1 minute' FROM frozen f WHERE q.ctid = f.tuple
), parking AS (
    INSERT INTO deadlines (kind, subject, account_id, due_at, try_at)
    SELECT DISTINCT 'freeze-again', f.freeze_id || ' back', NULL::bigint, $2::timestamptz, $2::timestamptz FROM frozen f
    ON CONFLICT DO NOTHING
), waking AS MATERIALIZED (
    -- Dispatchers look at once for what is behind it.
    SELECT pg_notify('comity_queue', '') FROM (SELECT count(*) AS rows FROM frozen) f WHERE f.rows > 0
), fitting AS (
    SELECT k.*, sum(k.parts) OVER (PARTITION BY k.carrier_id ORDER BY k.nth, k.turn) - k.parts AS before
    FROM known k
    WHERE k.freeze_id IS NULL OR k.tuple NOT IN (SELECT z.tuple FROM frozen z)
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
       sealed_text_of(t.account_id, t.subject, t.message_id, t.body, t.text) AS text, t.category, t.reference, t.receipt,
       t.system_id, t.validity_s, t.stops, l.part_states, t.parts,
       t.ended
FROM taken t
LEFT JOIN LATERAL (
    SELECT l.part_states
    FROM message_life l
    WHERE t.attempt > 0 AND l.account_id = t.account_id AND l.id = t.message_id
    OFFSET 0
) l ON true
WHERE (SELECT count(*) >= 0 FROM waking)
ORDER BY t.nth, t.turn
