-- How many messages wait that no carrier takes: neither their prefix has one, nor any shorter prefix.
SELECT count(*)
FROM queue q
WHERE NOT EXISTS (SELECT FROM routes r WHERE starts_with(q.route_prefix, r.prefix))
