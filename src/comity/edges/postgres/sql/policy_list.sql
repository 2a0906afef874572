-- Every version with its state; the one in force is found as in policy_in_force.sql.
WITH moment AS (
    SELECT (now() AT TIME ZONE 'UTC')::date AS today
), holds AS (
    SELECT version, effective
    FROM policy_versions, moment
    ORDER BY effective <= moment.today DESC, abs(effective - moment.today), published_at DESC
    LIMIT 1
)
SELECT p.version, p.digest, p.effective, p.published_at,
       CASE WHEN p.version = holds.version THEN 'in force'
            WHEN p.effective > moment.today THEN 'coming'
            ELSE 'past' END AS state,
       (SELECT count(*) FROM policy_acceptances a WHERE a.version = p.version) AS accepted_by
FROM policy_versions p, holds, moment
ORDER BY p.effective DESC, p.published_at DESC
