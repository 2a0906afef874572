-- Take a person to their next state.
--   $1 account  $2 member  $3 state  $4 role or null  $5 hash of the token, or null for none  $6 expires, $7 joined and
--   $8 ended, or null
UPDATE team_members
SET state = $3, role = coalesce($4, role), token_hash = $5, expires_at = coalesce($6, expires_at),
    joined_at = coalesce($7, joined_at), ended_at = coalesce($8, ended_at)
WHERE account_id = $1 AND member_id = $2
RETURNING *
