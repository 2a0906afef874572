-- Takes over what dispatchers had in flight that are dead, or were about to take over themselves.
--   $1 name that holds what is taken over; it never signs in, so what it holds may be taken over again
--   $2 rows at most
WITH orphans AS MATERIALIZED (
    SELECT f.ctid AS tuple
    FROM in_flight f
    WHERE NOT EXISTS (SELECT FROM dispatchers d WHERE d.dispatcher_id = f.dispatcher_id AND d.alive_until > now())
    LIMIT $2
    FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE in_flight f
    SET dispatcher_id = $1, claimed_at = now()
    FROM orphans o
    WHERE f.ctid = o.tuple
    RETURNING f.*
)
SELECT t.account_id, t.message_id, t.carrier_id, t.route_prefix, t.due_at, t.attempt,
       coalesce(t.expires_at, t.due_at + interval '2 days') AS expires_at, m.sender, m.recipient, sealed_text_of(m.account_id, m.subject, m.id, m.body, m.text) AS text, m.category,
       m.reference, m.receipt, m.system_id, m.validity_s, false AS opted_out,
       CASE WHEN l.part_states = '{}' THEN array_fill('queued'::text, ARRAY[m.parts::int]) ELSE l.part_states END
           AS part_states
FROM taken t
CROSS JOIN LATERAL (
    SELECT m.* FROM messages m WHERE m.account_id = t.account_id AND m.id = t.message_id OFFSET 0
) m
CROSS JOIN LATERAL (
    SELECT l.part_states FROM message_life l WHERE l.account_id = t.account_id AND l.id = t.message_id OFFSET 0
) l
