-- The owners of an account who joined and have not left, and whether each has a key in force.  $1 account  $2 now
SELECT m.member_id, EXISTS (
    SELECT FROM api_keys k
    WHERE k.account_id = $1 AND k.member_id = m.member_id AND k.revoked_at IS NULL
      AND (k.expires_at IS NULL OR k.expires_at > $2)
) AS has_key
FROM team_members m
WHERE m.account_id = $1 AND m.role = 'owner' AND m.state = 'active'
