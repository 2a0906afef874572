-- Takes out the parts of those messages that are complete.  $1 carrier  $2 sender  $3 receiver  $4 reference  $5 total
WITH asked AS (
    SELECT DISTINCT p.*
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::int[], $5::smallint[])
         AS p (carrier_id, sender, receiver, reference, total)
), whole AS (
    SELECT a.*
    FROM asked a
    JOIN inbound_parts p USING (carrier_id, sender, receiver, reference, total)
    GROUP BY a.carrier_id, a.sender, a.receiver, a.reference, a.total
    HAVING count(*) = a.total
), taken AS (
    DELETE FROM inbound_parts p
    USING whole w
    WHERE p.carrier_id = w.carrier_id AND p.sender = w.sender AND p.receiver = w.receiver
      AND p.reference = w.reference AND p.total = w.total
    RETURNING p.*
)
SELECT t.carrier_id, t.sender, t.receiver, t.reference, t.total, t.sequence, t.payload, t.data_coding, t.locking,
       t.single_shift
FROM taken t
ORDER BY t.carrier_id, t.sender, t.receiver, t.reference, t.total, t.sequence
