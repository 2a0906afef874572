-- The policy that holds now: the latest that has begun; before any has, the first that will.
SELECT source
FROM policy_versions
ORDER BY effective <= now() DESC, abs(effective - current_date), published_at DESC
LIMIT 1
