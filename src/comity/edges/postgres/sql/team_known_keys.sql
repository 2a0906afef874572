-- Keys of programs in force of which a person was shown a secret that works.
--   $1 account  $2 member  $3 now  $4 scopes, of which each may do another one
SELECT client_id
FROM api_keys
WHERE account_id = $1 AND member_id IS NULL AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3)
  AND (made_by_member = $2 OR (former_by_member = $2 AND former_until > $3))
  AND NOT scopes <@ $4::text[]
ORDER BY created_at, client_id
