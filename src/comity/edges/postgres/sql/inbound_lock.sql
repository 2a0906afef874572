-- One transaction at a time joins the parts of a message; in one order, so that none waits for another in a ring.
--   $1 carrier  $2 sender  $3 receiver  $4 reference  $5 total
SELECT pg_advisory_xact_lock(k.key)
FROM (
    SELECT DISTINCT hashtextextended(concat_ws('|', p.carrier_id, p.sender, p.receiver, p.reference, p.total), 131) AS key
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::int[], $5::smallint[])
         AS p (carrier_id, sender, receiver, reference, total)
    ORDER BY 1
) k
