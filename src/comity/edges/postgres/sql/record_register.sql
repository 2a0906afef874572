-- A registered sender or campaign.
--   $1 account  $2 kind  $3 country  $4 sender key or ''  $5 reference  $6 since  $7 until  $8 sample texts
INSERT INTO registrations (account_id, kind, country, sender_key, reference, since, until, samples)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (account_id, kind, country, sender_key, reference) DO UPDATE
SET since = excluded.since, until = excluded.until, samples = excluded.samples, recorded_at = now()
