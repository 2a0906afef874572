SELECT r.prefix, c.name AS carrier, r.priority
FROM routes r
JOIN carriers c ON c.carrier_id = r.carrier_id
ORDER BY r.prefix, r.priority, r.carrier_id
