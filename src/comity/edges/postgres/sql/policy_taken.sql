-- What was published under a version's name, or with its very text.  $1 version  $2 digest
SELECT version, digest, false AS withdrawn FROM policy_versions WHERE version = $1 OR digest = $2
UNION ALL
SELECT version, digest, true FROM withdrawn_versions WHERE version = $1 OR digest = $2
ORDER BY withdrawn
LIMIT 1
