-- Accounts with what they may spend, in micro-credits.
SELECT a.name AS account, a.standing, a.category, a.daily_volume, a.time_zone,
       coalesce(sum(l.remaining) FILTER (WHERE l.kind = 'purchased'), 0)::bigint AS purchased,
       coalesce(sum(l.remaining) FILTER (WHERE l.kind = 'bonus'), 0)::bigint AS bonus,
       EXISTS (SELECT FROM policy_acceptances p WHERE p.account_id = a.account_id) AS policy_accepted
FROM accounts a
LEFT JOIN lots l ON l.account_id = a.account_id AND (l.expires_at IS NULL OR l.expires_at > now())
GROUP BY a.account_id
ORDER BY a.account_id
