-- Keeps messages to numbers nobody holds.  $1 carrier  $2 sender  $3 receiver  $4 text
INSERT INTO inbound_unclaimed (carrier_id, sender, receiver, text)
SELECT u.carrier_id, u.sender, u.receiver, ($4::passing_text[])[u.place]
FROM unnest($1::bigint[], $2::text[], $3::text[]) WITH ORDINALITY AS u (carrier_id, sender, receiver, place)
