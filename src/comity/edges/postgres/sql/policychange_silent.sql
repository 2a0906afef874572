-- Accounts that have not answered a version, those made since it was announced too.  $1 version
SELECT a.account_id
FROM accounts a
LEFT JOIN policy_answers p ON p.account_id = a.account_id AND p.version = $1
WHERE a.standing <> 'deactivated' AND coalesce(p.state, 'asked') = 'asked'
  AND NOT EXISTS (SELECT FROM policy_acceptances c WHERE c.account_id = a.account_id AND c.version = $1)
ORDER BY a.account_id
