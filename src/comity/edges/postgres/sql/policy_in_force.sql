-- The policy that holds now: the latest that has begun (days are UTC); before any has, the first that will.
-- With it the versions whose acceptance counts for it too: those since the latest substantial one, that one included,
-- or since the first; and the seconds until the next begins, null when none is to come.
WITH moment AS (
    SELECT now() AS now, (now() AT TIME ZONE 'UTC')::date AS today
), holds AS (
    SELECT policy_versions.*
    FROM policy_versions, moment
    ORDER BY effective <= moment.today DESC, abs(effective - moment.today), published_at DESC
    LIMIT 1
), binding AS (
    SELECT p.effective, p.published_at
    FROM policy_versions p, holds
    WHERE p.substantial AND (p.effective, p.published_at) <= (holds.effective, holds.published_at)
    ORDER BY p.effective DESC, p.published_at DESC
    LIMIT 1
)
SELECT source, version, digest, effective,
       ARRAY(SELECT p.version
             FROM policy_versions p
             LEFT JOIN binding ON true
             WHERE (p.effective, p.published_at) <= (holds.effective, holds.published_at)
               AND (binding.effective IS NULL
                    OR (p.effective, p.published_at) >= (binding.effective, binding.published_at))) AS follows,
       (SELECT extract(epoch FROM min(coming.effective)::timestamp AT TIME ZONE 'UTC' - moment.now)::float8
        FROM policy_versions coming
        WHERE coming.effective > moment.today) AS next_in_s
FROM holds, moment
