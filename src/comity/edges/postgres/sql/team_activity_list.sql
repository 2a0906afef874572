-- What was done in an account's name, the newest first.
--   $1 account  $2 operation or ''  $3 client id or ''  $4 person or null  $5 below this number, or null  $6 at most
SELECT a.number, a.at, a.operation, a.subject, a.client_id, m.public_id AS person, coalesce(m.name, '') AS name, a.network
FROM activity a
LEFT JOIN team_members m ON m.account_id = a.account_id AND m.member_id = a.member_id
WHERE a.account_id = $1
  AND ($2 = '' OR a.operation = $2)
  AND ($3 = '' OR a.client_id = $3)
  AND ($4::uuid IS NULL OR m.public_id = $4)
  AND ($5::bigint IS NULL OR a.number < $5)
ORDER BY a.number DESC
LIMIT $6
