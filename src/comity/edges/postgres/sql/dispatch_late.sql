-- Ids that came after their part was given up: the receipt still tells the truth about it.
--   $1 account  $2 message  $3 part from 1  $4 carrier  $5 key
INSERT INTO awaited_receipts (carrier_id, smsc_key, account_id, message_id, part)
SELECT DISTINCT ON (p.carrier_id, p.smsc_key) p.carrier_id, p.smsc_key, p.account_id, p.message_id, p.part
FROM unnest($1::bigint[], $2::uuid[], $3::smallint[], $4::bigint[], $5::text[])
     AS p (account_id, message_id, part, carrier_id, smsc_key)
ON CONFLICT DO NOTHING
