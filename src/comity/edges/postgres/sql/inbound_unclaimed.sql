-- Keeps messages to numbers nobody holds.  $1 carrier  $2 sender  $3 receiver  $4 text
INSERT INTO inbound_unclaimed (carrier_id, sender, receiver, text)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[])
