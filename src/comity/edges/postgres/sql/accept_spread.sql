-- Over what texts like these went, set-based.
--   $1 place  $2 account  $3 hash  $4 place and $5 band of all that texts like it have one of (comity.journey.spread)
--   $6 distance in bits  $7 the first hour that counts
SELECT DISTINCT q.place, s.account_id, CASE WHEN s.account_id = q.account_id THEN s.sender_key ELSE '' END AS sender_key
FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS q (place, account_id, similarity)
JOIN (
    SELECT b.place, array_agg(b.band) AS bands
    FROM unnest($4::int[], $5::int[]) AS b (place, band)
    GROUP BY b.place
) p ON p.place = q.place
CROSS JOIN LATERAL (
    SELECT s.account_id, s.sender_key
    FROM text_spread s
    WHERE s.bands && p.bands AND s.hour >= $7 AND bit_count((s.similarity # q.similarity)::bit(64)) <= $6
    OFFSET 0
) s
