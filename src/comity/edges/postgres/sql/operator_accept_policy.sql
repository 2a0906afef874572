-- The policy in force (as policy_in_force.sql finds it) is accepted by a person.  $1 account  $2 person  $3 address
WITH moment AS (
    SELECT (now() AT TIME ZONE 'UTC')::date AS today
)
INSERT INTO policy_acceptances (account_id, version, digest, person, address)
SELECT $1, version, digest, $2, $3
FROM policy_versions, moment
ORDER BY effective <= moment.today DESC, abs(effective - moment.today), published_at DESC
LIMIT 1
ON CONFLICT (account_id, version) DO NOTHING
