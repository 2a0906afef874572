-- A sanction that an account appeals against.  $1 statement  $2 account
SELECT s.sanction_id, s.event, s.at, s.by, EXISTS (SELECT FROM appeals a WHERE a.sanction_id = s.sanction_id) AS appealed
FROM sanctions s
WHERE s.statement_id = $1 AND s.account_id = $2
FOR UPDATE
