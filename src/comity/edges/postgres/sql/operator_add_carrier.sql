-- A new carrier; no row when the name is taken.  $1 name  $2 url  $3 system id  $4 password  $5 options
INSERT INTO carriers (name, url, system_id, password, options)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (name) DO NOTHING
RETURNING carrier_id
