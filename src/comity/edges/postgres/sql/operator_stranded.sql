-- How many messages wait that no carrier takes: neither their prefix has one, nor any shorter prefix.
SELECT coalesce(sum(q.waiting), 0)::bigint
FROM (SELECT q.route_prefix, count(*) AS waiting FROM queue q GROUP BY q.route_prefix) q
WHERE NOT EXISTS (SELECT FROM routes r WHERE starts_with(q.route_prefix, r.prefix))
