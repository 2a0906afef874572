-- A new login; no row when the system id is taken.  $1 system id  $2 account  $3 salt  $4 hash  $5 binds  $6 options
INSERT INTO esmes (system_id, account_id, password_salt, password_hash, max_binds, options)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (system_id) DO NOTHING
RETURNING account_id
