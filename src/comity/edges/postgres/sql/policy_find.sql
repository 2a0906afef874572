-- A version by name, or by the beginning of its digest.  $1 name  $2 beginning of a digest, '' for none
SELECT version, digest, source, effective
FROM policy_versions
WHERE version = $1 OR ($2 <> '' AND starts_with(digest, $2))
ORDER BY version = $1 DESC, effective DESC, published_at DESC
LIMIT 1
