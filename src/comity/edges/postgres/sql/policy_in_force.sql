-- The policy that holds now: the latest that has begun (days are UTC); before any has, the first that will.
-- With it the seconds until the next one begins, null when none is to come.
WITH moment AS (
    SELECT now() AS now, (now() AT TIME ZONE 'UTC')::date AS today
)
SELECT source, version, digest, effective,
       (SELECT extract(epoch FROM min(coming.effective)::timestamp AT TIME ZONE 'UTC' - moment.now)::float8
        FROM policy_versions coming
        WHERE coming.effective > moment.today) AS next_in_s
FROM policy_versions, moment
ORDER BY effective <= moment.today DESC, abs(effective - moment.today), published_at DESC
LIMIT 1
