-- The policy in force is accepted by a person.  $1 account  $2 person  $3 address
INSERT INTO policy_acceptances (account_id, version, digest, person, address)
SELECT $1, version, digest, $2, $3
FROM policy_versions
WHERE effective <= now()
ORDER BY effective DESC, published_at DESC
LIMIT 1
ON CONFLICT (account_id, version) DO NOTHING
