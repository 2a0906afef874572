-- A published version: whether its day has come, and whether acceptance of it counts today or will.  $1 version
WITH moment AS (
    SELECT (now() AT TIME ZONE 'UTC')::date AS today
), holds AS (
    SELECT p.effective, p.published_at
    FROM policy_versions p, moment
    ORDER BY effective <= moment.today DESC, abs(effective - moment.today), published_at DESC
    LIMIT 1
), binding AS (
    -- as in policy_in_force.sql: acceptance of any version since the latest substantial one counts
    SELECT p.effective, p.published_at
    FROM policy_versions p, holds
    WHERE p.substantial AND (p.effective, p.published_at) <= (holds.effective, holds.published_at)
    ORDER BY p.effective DESC, p.published_at DESC
    LIMIT 1
)
SELECT p.version, p.digest, p.effective, p.substantial,
       (p.effective, p.published_at) <= (holds.effective, holds.published_at) AS begun,
       binding.effective IS NULL
       OR (p.effective, p.published_at) >= (binding.effective, binding.published_at) AS counts
FROM holds
JOIN policy_versions p ON p.version = $1
LEFT JOIN binding ON true
