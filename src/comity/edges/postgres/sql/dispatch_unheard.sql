-- What is in flight under a dispatcher's name that it does not know of: the answer to its claim was lost.
--   $1 dispatcher  $2 messages it knows
SELECT t.account_id, t.message_id, t.carrier_id, t.route_prefix, t.due_at, t.attempt,
       coalesce(t.expires_at, t.due_at + interval '2 days') AS expires_at, m.sender, m.recipient, sealed_text_of(m.account_id, m.subject, m.id, m.body, m.text) AS text, m.category,
       m.reference, m.receipt, m.system_id, m.validity_s, false AS opted_out,
       CASE WHEN l.part_states = '{}' THEN array_fill('queued'::text, ARRAY[m.parts::int]) ELSE l.part_states END
           AS part_states
FROM in_flight t
CROSS JOIN LATERAL (
    SELECT m.* FROM messages m WHERE m.account_id = t.account_id AND m.id = t.message_id OFFSET 0
) m
CROSS JOIN LATERAL (
    SELECT l.part_states FROM message_life l WHERE l.account_id = t.account_id AND l.id = t.message_id OFFSET 0
) l
WHERE t.dispatcher_id = $1 AND t.message_id <> ALL ($2::uuid[])
