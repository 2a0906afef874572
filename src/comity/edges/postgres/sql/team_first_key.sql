-- The key of a person who joins. Gives the account's name.
--   $1 client id  $2 account  $3 hash of the secret  $4 scopes  $5 member  $6 now
WITH made AS (
    INSERT INTO api_keys (client_id, account_id, secret_hash, scopes, member_id, created_at, made_by, made_by_member)
    VALUES ($1, $2, $3, $4, $5, $6, $1, $5)
)
SELECT name FROM accounts WHERE account_id = $2
