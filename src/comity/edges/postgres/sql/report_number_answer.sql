-- Queues an answer to somebody who reports, from the number they wrote to, at nobody's cost; none to those who asked for
-- no texts.
--   $1 account  $2 id  $3 sender  $4 recipient  $5 country  $6 text  $7 encoding  $8 parts  $9 reference  $10 due
--   $11 verdict
WITH answer AS MATERIALIZED (
    SELECT coalesce((
        SELECT r.prefix FROM routes r WHERE starts_with($4, r.prefix) ORDER BY length(r.prefix) DESC LIMIT 1
    ), '') AS route_prefix
    WHERE NOT EXISTS (
        SELECT FROM opt_outs o WHERE o.account_id = $1 AND o.recipient = $4 AND o.scope = 'everything'
    )
), written AS (
    INSERT INTO messages (account_id, id, door, sender, recipient, country, category, text, encoding, parts, reference,
                          due_at, micro_credits, text_key, action, verdict)
    SELECT $1, $2, 'opt_out', $3, $4, $5, 'transactional', $6, $7, $8, $9, $10, 0, 0, 'allow', $11::jsonb FROM answer
), alive AS (
    INSERT INTO message_life (account_id, id, state) SELECT $1, $2, 'queued' FROM answer
), queued AS (
    INSERT INTO queue (account_id, message_id, route_prefix, due_at) SELECT $1, $2, a.route_prefix, $10 FROM answer a
), told AS (
    SELECT pg_notify('comity_queue', '') WHERE EXISTS (SELECT FROM answer)
)
SELECT (SELECT count(*) FROM answer) + 0 * (SELECT count(*) FROM told)
