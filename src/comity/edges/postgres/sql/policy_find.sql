-- A version by name, or by the beginning of its digest.  $1 name  $2 beginning of a digest, '' for none
SELECT version, digest, source, effective, withdrawn
FROM (
    SELECT version, digest, source, effective, published_at, false AS withdrawn FROM policy_versions
    UNION ALL
    SELECT version, digest, source, effective, published_at, true FROM withdrawn_versions
) p
WHERE version = $1 OR ($2 <> '' AND starts_with(digest, $2))
ORDER BY version = $1 DESC, withdrawn, effective DESC, published_at DESC
LIMIT 1
