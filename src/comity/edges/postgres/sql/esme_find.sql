-- A login by its system id.  $1 system id
SELECT system_id, account_id, password_salt, password_hash, max_binds, options FROM esmes WHERE system_id = $1
