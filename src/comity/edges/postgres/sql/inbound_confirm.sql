-- Queues answers to STOP, START and HELP, but none that the same person had since $14.
--   $1 account  $2 id  $3 sender  $4 recipient  $5 country  $6 category  $7 text  $8 encoding  $9 parts
--   $10 reference: what is answered  $11 due  $12 verdict  $13 route prefix  $15 subject  $16 body  $14 lowest id that counts as recent
WITH answers AS MATERIALIZED (
    SELECT a.*
    FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                $9::smallint[], $10::text[], $11::timestamptz[], $12::text[], $13::text[], $15::bytea[], $16::bytea[])
         AS a (account_id, id, sender, recipient, country, category, text, encoding, parts, reference, due_at, verdict,
               route_prefix, subject, body)
    WHERE NOT EXISTS (
        SELECT
        FROM messages m
        WHERE m.account_id = a.account_id AND m.recipient = a.recipient AND m.id >= $14
          AND m.door = 'opt_out' AND m.reference = a.reference
    )
), written AS (
    INSERT INTO messages (account_id, id, door, sender, recipient, country, category, text, encoding, parts, reference,
                          due_at, micro_credits, text_key, action, verdict, subject, body)
    SELECT a.account_id, a.id, 'opt_out', a.sender, a.recipient, a.country, a.category, a.text, a.encoding, a.parts,
           a.reference, a.due_at, 0, 0, 'allow', a.verdict::jsonb, a.subject, a.body
    FROM answers a
), alive AS (
    INSERT INTO message_life (account_id, id, state) SELECT a.account_id, a.id, 'queued' FROM answers a
), queued AS (
    INSERT INTO queue (account_id, message_id, route_prefix, due_at)
    SELECT a.account_id, a.id, a.route_prefix, a.due_at FROM answers a
), told AS (
    SELECT pg_notify('comity_queue', '') WHERE EXISTS (SELECT FROM answers)
)
SELECT (SELECT count(*) FROM answers) + 0 * (SELECT count(*) FROM told)
