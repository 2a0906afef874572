-- A new account, with its own name as its first brand; no row when the name is taken.
--   $1 name  $2 category  $3 volume a day  $4 zone  $5 profile
WITH account AS (
    INSERT INTO accounts (name, category, daily_volume, time_zone, profile)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (name) DO NOTHING
    RETURNING account_id, name
), brand AS (
    INSERT INTO account_brands (account_id, brand_key, name)
    SELECT account_id, lower(name), name FROM account
)
SELECT account_id FROM account
