-- An appeal, of one account where that is given.  $1 id  $2 account or null
SELECT p.*, a.name AS account, s.statement_id
FROM appeals p
JOIN accounts a ON a.account_id = p.account_id
JOIN sanctions s ON s.sanction_id = p.sanction_id
WHERE p.appeal_id = $1 AND ($2::bigint IS NULL OR p.account_id = $2)
