-- The account behind a client id, and what the key may do.  $1 client id
SELECT client_id, account_id, secret_hash, scopes, member_id, expires_at, networks::text[] AS networks, former_hash, former_until
FROM api_keys
WHERE client_id = $1 AND revoked_at IS NULL
