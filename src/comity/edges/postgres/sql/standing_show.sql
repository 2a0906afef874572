-- An account's own standing, what counts for it, and the weight of its strikes.  $1 account  $2 now
SELECT a.standing, standing_inherited(a.account_id) AS counts,
       (SELECT coalesce(sum(s.weight), 0)::int
        FROM strikes s
        WHERE s.account_id = a.account_id AND s.removed_at IS NULL AND s.at <= $2 AND s.expires_at > $2) AS weight
FROM accounts a
WHERE a.account_id = $1
