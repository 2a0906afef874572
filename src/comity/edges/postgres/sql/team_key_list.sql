-- The keys of an account in the order they were made.
--   $1 account  $2 made at and $3 client id of the last that was shown, or null  $4 at most  $5 this one alone, or null
SELECT k.client_id, k.name, k.scopes, k.member_id, m.public_id AS person, coalesce(m.name, '') AS person_name, k.made_by,
       k.created_at, k.expires_at, k.revoked_at, k.networks::text[] AS networks, k.former_until, d.last_used::text AS last_used
FROM api_keys k
LEFT JOIN team_members m ON m.account_id = k.account_id AND m.member_id = k.member_id
LEFT JOIN key_days d ON d.account_id = k.account_id AND d.client_id = k.client_id
WHERE k.account_id = $1
  AND ($2::timestamptz IS NULL OR (k.created_at, k.client_id) > ($2, $3::text))
  AND ($5::text IS NULL OR k.client_id = $5)
ORDER BY k.created_at, k.client_id
LIMIT $4
