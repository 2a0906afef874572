-- Versions that an account has to do with, the latest to begin first.  $1 account  $2 version, '' for all
WITH moment AS (
    SELECT (now() AT TIME ZONE 'UTC')::date AS today
), holds AS (
    SELECT p.version, p.effective, p.published_at
    FROM policy_versions p, moment
    ORDER BY effective <= moment.today DESC, abs(effective - moment.today), published_at DESC
    LIMIT 1
), binding AS (
    SELECT p.effective, p.published_at
    FROM policy_versions p, holds
    WHERE p.substantial AND (p.effective, p.published_at) <= (holds.effective, holds.published_at)
    ORDER BY p.effective DESC, p.published_at DESC
    LIMIT 1
), covered AS (
    -- whether an acceptance of this account counts for the version in force
    SELECT EXISTS (
        SELECT FROM policy_acceptances a
        JOIN policy_versions p ON p.version = a.version
        CROSS JOIN holds
        LEFT JOIN binding ON true
        WHERE a.account_id = $1
          AND (p.effective, p.published_at) <= (holds.effective, holds.published_at)
          AND (binding.effective IS NULL
               OR (p.effective, p.published_at) >= (binding.effective, binding.published_at))) AS yes
), every AS (
    SELECT p.version, p.digest, p.effective, p.published_at, p.substantial,
           CASE WHEN p.version = holds.version THEN 'in force'
                WHEN (p.effective, p.published_at) > (holds.effective, holds.published_at) THEN 'coming'
                ELSE 'past' END AS state
    FROM policy_versions p, holds
)
SELECT e.version, e.digest, e.effective, e.substantial, e.state,
       (e.state = 'in force' AND NOT covered.yes AND coalesce(a.state, '') <> 'left')
       OR (e.state = 'coming' AND e.substantial AND accepted.at IS NULL
           AND coalesce(a.state, 'asked') = 'asked') AS wanted,
       CASE WHEN accepted.at IS NOT NULL AND coalesce(a.state, 'asked') IN ('asked', 'silent')
            THEN CASE e.state WHEN 'coming' THEN 'accepted' ELSE 'bound' END
            WHEN a.state IS NOT NULL THEN a.state
            WHEN e.state = 'coming' AND e.substantial THEN 'asked'
            WHEN e.state = 'in force' AND NOT covered.yes THEN 'silent'
            ELSE '' END AS answer,
       coalesce(nullif(a.person, ''), accepted.person, '') AS person,
       CASE WHEN a.person <> '' THEN a.changed_at ELSE accepted.at END AS answered_at,
       n.changes
FROM every e
CROSS JOIN covered
LEFT JOIN policy_answers a ON a.account_id = $1 AND a.version = e.version
LEFT JOIN LATERAL (SELECT p.person, p.accepted_at AS at FROM policy_acceptances p
                   WHERE p.account_id = $1 AND p.version = e.version) accepted ON true
LEFT JOIN policy_announcements n ON n.version = e.version
WHERE ($2 = '' OR e.version = $2) AND (e.state <> 'past' OR a.state IS NOT NULL OR accepted.at IS NOT NULL)
ORDER BY e.effective DESC, e.published_at DESC
LIMIT 100
