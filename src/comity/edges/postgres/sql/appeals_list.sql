-- Appeals, open ones first, those that must be decided first before others.  $1 account or null  $2 open ones alone
SELECT p.*, a.name AS account, s.statement_id
FROM appeals p
JOIN accounts a ON a.account_id = p.account_id
JOIN sanctions s ON s.sanction_id = p.sanction_id
WHERE ($1::bigint IS NULL OR p.account_id = $1) AND (p.state = 'open' OR NOT $2)
ORDER BY p.state <> 'open', p.decide_by, p.appeal_id
LIMIT 500
