-- Awaits parts no longer.  $1 carrier  $2 key
DELETE FROM awaited_receipts w
USING unnest($1::bigint[], $2::text[]) AS g (carrier_id, smsc_key)
WHERE w.carrier_id = g.carrier_id AND w.smsc_key = g.smsc_key
