-- What an account said it would send.
--   $1 account  $2 categories  $3 countries  $4 sender keys  $5 volume a day  $6 sectors  $7 sample texts
INSERT INTO use_cases (account_id, categories, countries, sender_keys, daily_volume, sectors, samples)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (account_id) DO UPDATE
SET categories = excluded.categories, countries = excluded.countries, sender_keys = excluded.sender_keys,
    daily_volume = excluded.daily_volume, sectors = excluded.sectors, samples = excluded.samples, declared_at = now()
