-- Subaccounts of an account with how they stand, by when they were made.
--   $1 the account above  $2 one of them alone, or null  $3 behind this number, or null  $4 at most
SELECT a.account_id, a.public_id, a.name, a.standing, standing_inherited(a.account_id) AS counts, a.category, a.daily_volume,
       a.time_zone, a.created_at,
       l.purchased, l.bonus,
       EXISTS (SELECT FROM policy_acceptances p WHERE p.account_id = a.account_id) AS policy_accepted,
       (SELECT count(*) FROM accounts c WHERE c.parent_id = a.account_id) AS subaccounts,
       ARRAY(SELECT g.sender FROM sender_grants g WHERE g.account_id = a.account_id ORDER BY g.sender_key) AS senders
FROM accounts a
CROSS JOIN LATERAL (
    SELECT coalesce(sum(l.remaining) FILTER (WHERE l.kind = 'purchased'), 0)::bigint AS purchased,
           coalesce(sum(l.remaining) FILTER (WHERE l.kind = 'bonus'), 0)::bigint AS bonus
    FROM lots l
    WHERE l.account_id = a.account_id AND (l.expires_at IS NULL OR l.expires_at > now())
) l
WHERE a.parent_id = $1 AND ($2::uuid IS NULL OR a.public_id = $2) AND ($3::bigint IS NULL OR a.account_id > $3)
ORDER BY a.account_id
LIMIT $4
