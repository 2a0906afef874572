-- Messages past their validity that no carrier takes, so that no dispatcher ever looks at them.
--   $1 now  $2 for how long one is tried that names no validity, seconds  $3 at most so many
-- Prefixes are found by steps through the index: where each has a carrier, a long queue costs nothing.
WITH RECURSIVE waiting (prefix) AS (
    (SELECT q.route_prefix FROM queue q ORDER BY q.route_prefix LIMIT 1)
    UNION ALL
    SELECT n.route_prefix
    FROM waiting w
    CROSS JOIN LATERAL (
        SELECT q.route_prefix FROM queue q WHERE q.route_prefix > w.prefix ORDER BY q.route_prefix LIMIT 1
    ) n
), stranded AS MATERIALIZED (
    SELECT w.prefix FROM waiting w WHERE NOT EXISTS (SELECT FROM routes r WHERE starts_with(w.prefix, r.prefix))
)
SELECT q.account_id, q.message_id
FROM stranded s
JOIN queue q ON q.route_prefix = s.prefix
CROSS JOIN LATERAL (
    SELECT m.validity_s FROM messages m WHERE m.account_id = q.account_id AND m.id = q.message_id OFFSET 0
) m
WHERE coalesce(q.expires_at, q.due_at + make_interval(secs => coalesce(m.validity_s, $2))) <= $1
ORDER BY q.account_id, q.message_id
LIMIT $3
FOR UPDATE OF q SKIP LOCKED
