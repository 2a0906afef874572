-- Routes of a carrier that has to stay are there again.  $1 carrier  $2..$3 their prefixes and priorities
INSERT INTO routes (prefix, carrier_id, priority)
SELECT r.prefix, c.carrier_id, r.priority
FROM carriers c, unnest($2::text[], $3::int[]) AS r (prefix, priority)
WHERE c.carrier_id = $1
ON CONFLICT DO NOTHING
