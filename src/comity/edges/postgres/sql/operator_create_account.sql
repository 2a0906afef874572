-- A new account, its own name a brand of its where that is nobody's doing but the operator's; no row when the name is taken.
--   $1 name  $2 category  $3 volume a day  $4 zone  $5 profile  $6 the account above, or null  $7 whether it is its brand
WITH account AS (
    INSERT INTO accounts (name, category, daily_volume, time_zone, profile, parent_id, health_data)
    SELECT $1, $2, $3, $4, $5, $6, coalesce((SELECT p.health_data FROM accounts p WHERE p.account_id = $6), 'note')
    ON CONFLICT (name) DO NOTHING
    RETURNING account_id, name
), brand AS (
    INSERT INTO account_brands (account_id, brand_key, name)
    SELECT account_id, lower(name), name FROM account WHERE $7
)
SELECT account_id FROM account
