-- Keeps parts; gives the id of each by its place. One that comes again unchanged keeps the id it was given; one that
-- says something else under the same number begins another message.
--   $1..$17 columns in the order of comity.edges.postgres.esme_parts.Part (the payload sealed), $18 now,
--   $19 what stands for each payload
WITH given AS (
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::integer[], $6::smallint[], $7::smallint[],
                         $8::uuid[], $9::bytea[], $10::smallint[], $11::smallint[], $12::smallint[], $13::smallint[],
                         $14::text[], $15::timestamptz[], $16::integer[], $17::text[], $19::bytea[]) WITH ORDINALITY
         AS g (account_id, system_id, sender, recipient, reference, total, sequence, part_id, payload, data_coding,
               locking, single_shift, wish, category, due_at, validity_s, mark, digest, place)
)
INSERT INTO esme_parts AS p (account_id, system_id, sender, recipient, reference, total, sequence, part_id, payload,
                             data_coding, locking, single_shift, wish, category, due_at, validity_s, mark, digest, at)
SELECT account_id, system_id, sender, recipient, reference, total, sequence, part_id, payload, data_coding, locking,
       single_shift, wish, category, due_at, validity_s, mark, digest, $18
FROM given
ORDER BY place
ON CONFLICT (account_id, system_id, sender, recipient, reference, total, sequence) DO UPDATE
SET part_id = CASE WHEN p.digest = excluded.digest THEN p.part_id ELSE excluded.part_id END,
    payload = excluded.payload, digest = excluded.digest, data_coding = excluded.data_coding, locking = excluded.locking,
    single_shift = excluded.single_shift, wish = excluded.wish, category = excluded.category, due_at = excluded.due_at,
    validity_s = excluded.validity_s, mark = excluded.mark, at = excluded.at
RETURNING p.system_id, p.sender, p.recipient, p.reference, p.total, p.sequence, p.part_id
