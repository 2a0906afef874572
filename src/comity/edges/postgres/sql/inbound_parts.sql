-- Keeps parts. A part that comes again replaces the one there: its reference came round, or it is the same.
--   $1 carrier  $2 sender  $3 receiver  $4 reference  $5 total  $6 sequence  $7 text  $8 payload  $9 data_coding
--   $10 locking table  $11 single shift table
INSERT INTO inbound_parts (carrier_id, sender, receiver, reference, total, sequence, text, payload, data_coding, locking,
                           single_shift)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::int[], $5::smallint[], $6::smallint[], $7::text[],
                     $8::bytea[], $9::smallint[], $10::smallint[], $11::smallint[])
ON CONFLICT (carrier_id, sender, receiver, reference, total, sequence) DO UPDATE
SET text = excluded.text, payload = excluded.payload, data_coding = excluded.data_coding, locking = excluded.locking,
    single_shift = excluded.single_shift, at = excluded.at
