-- Versions to come that want an answer of every account, the next first.
SELECT version, effective
FROM policy_versions
WHERE substantial AND effective > (now() AT TIME ZONE 'UTC')::date
ORDER BY effective, published_at
