-- Invite a person; nothing where somebody with their address is there.
--   $1 account  $2 name  $3 address  $4 role  $5 hash of the token  $6 now  $7 until when  $8 by which person, or null
--   $9 by which key, or operator
INSERT INTO team_members (account_id, name, email, role, state, token_hash, invited_at, expires_at, invited_by)
VALUES ($1, $2, $3, $4, 'invited', $5, $6, $7,
        coalesce($8, (SELECT k.made_by_member FROM api_keys k WHERE k.account_id = $1 AND k.client_id = $9)))
ON CONFLICT (account_id, lower(email)) WHERE state IN ('invited', 'active', 'expired') DO NOTHING
RETURNING *
