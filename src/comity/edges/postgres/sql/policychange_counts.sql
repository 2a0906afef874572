-- How many accounts answered a version how; '' for those that were told and not asked.  $1 version
SELECT said.answer, count(*) AS accounts
FROM accounts acc
LEFT JOIN policy_answers a ON a.account_id = acc.account_id AND a.version = $1
LEFT JOIN policy_acceptances p ON p.account_id = acc.account_id AND p.version = $1
CROSS JOIN LATERAL (
    SELECT CASE WHEN p.accepted_at IS NOT NULL AND coalesce(a.state, 'asked') = 'asked' THEN 'accepted'
                WHEN p.accepted_at IS NOT NULL AND a.state = 'silent' THEN 'bound'
                ELSE coalesce(a.state, '') END AS answer
) said
WHERE a.state IS NOT NULL OR p.accepted_at IS NOT NULL
   OR EXISTS (SELECT FROM notices n WHERE n.account_id = acc.account_id AND n.version = $1)
GROUP BY said.answer
ORDER BY said.answer
