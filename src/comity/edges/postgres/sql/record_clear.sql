-- Leave to send content.  $1 account  $2 content  $3 country or ''  $4 since  $5 until  $6 reference
INSERT INTO clearances (account_id, content, country, since, until, reference)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (account_id, content, country) DO UPDATE
SET since = excluded.since, until = excluded.until, reference = excluded.reference, recorded_at = now()
