-- From whom a sender was taken this moment: an account, and those it was shared with.  $1 account  $2 key  $3 now
SELECT g.account_id, a.name
FROM sender_grants g
JOIN accounts a ON a.account_id = g.account_id
WHERE g.account_id IN (SELECT family_of($1)) AND g.sender_key = $2 AND g.expires_at = $3
  AND (g.account_id = $1 OR g.shared_from IS NOT NULL)
ORDER BY g.account_id
