-- Whose invitation it is now.  $1 account  $2 member  $3 by which person, or null  $4 by which key, or operator
UPDATE team_members
SET invited_by = coalesce($3, (SELECT k.made_by_member FROM api_keys k WHERE k.account_id = $1 AND k.client_id = $4))
WHERE account_id = $1 AND member_id = $2
