-- The route prefixes that anything waits for, by steps through the index.
WITH RECURSIVE waiting (prefix) AS (
    (SELECT q.route_prefix FROM queue q ORDER BY q.route_prefix LIMIT 1)
    UNION ALL
    SELECT n.route_prefix
    FROM waiting w
    CROSS JOIN LATERAL (
        SELECT q.route_prefix FROM queue q WHERE q.route_prefix > w.prefix ORDER BY q.route_prefix LIMIT 1
    ) n
)
SELECT prefix FROM waiting
