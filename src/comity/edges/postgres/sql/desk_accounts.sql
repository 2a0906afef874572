-- Accounts by standing, in order of their number.
--   $1 standings, or null for all  $2 number after which, or null  $3 how many  $4 now
SELECT a.account_id, a.name, a.standing, standing_inherited(a.account_id) AS counts,
       (SELECT coalesce(sum(s.weight), 0)::int
        FROM strikes s
        WHERE s.account_id = a.account_id AND s.removed_at IS NULL AND s.at <= $4 AND s.expires_at > $4) AS weight,
       (SELECT max(c.at) FROM sanctions c WHERE c.account_id = a.account_id) AS changed_at
FROM accounts a
WHERE ($1::text[] IS NULL OR a.standing::text = ANY ($1)) AND ($2::bigint IS NULL OR a.account_id > $2)
ORDER BY a.account_id
LIMIT $3
