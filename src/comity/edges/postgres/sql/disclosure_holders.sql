-- Who accounts are: when they began, who accepted the policy for them last and whence, what they may send as.
--   $1 accounts
SELECT a.account_id, a.name, a.created_at AS since, coalesce(p.person, '') AS contact, coalesce(p.address, '') AS network,
       ARRAY(SELECT g.sender FROM sender_grants g WHERE g.account_id = a.account_id ORDER BY g.sender) AS senders
FROM accounts a
LEFT JOIN LATERAL (
    SELECT person, address FROM policy_acceptances p WHERE p.account_id = a.account_id ORDER BY accepted_at DESC LIMIT 1
) p ON true
WHERE a.account_id = ANY ($1::bigint[])
ORDER BY a.account_id
