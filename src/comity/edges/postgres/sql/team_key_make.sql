-- Make a key; nothing where the account has as many as it may.
--   $1 client id  $2 account  $3 hash of the secret  $4 scopes  $5 name  $6 ends  $7 networks  $8 made by  $9 member who
--   made it  $10 now  $11 most in force
INSERT INTO api_keys
    (client_id, account_id, secret_hash, scopes, name, expires_at, networks, made_by, made_by_member, created_at)
SELECT $1, $2, $3, $4, $5, $6, $7::text[]::cidr[], $8,
    coalesce($9, (SELECT o.made_by_member FROM api_keys o WHERE o.account_id = $2 AND o.client_id = $8)), $10
WHERE (SELECT count(*) FROM api_keys k
       WHERE k.account_id = $2 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $10)) < $11
RETURNING client_id
