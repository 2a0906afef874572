-- A new account; no row when the name is taken.  $1 name  $2 category  $3 volume a day  $4 zone  $5 profile
INSERT INTO accounts (name, category, daily_volume, time_zone, profile)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (name) DO NOTHING
RETURNING account_id
