-- The account behind a client id.  $1 client id
SELECT account_id, secret_hash, scopes FROM api_keys WHERE client_id = $1 AND revoked_at IS NULL
