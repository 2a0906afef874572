-- Takes a version back that has not begun.  $1 version  $2 by whom
WITH gone AS (
    DELETE FROM policy_versions
    WHERE version = $1 AND effective > (now() AT TIME ZONE 'UTC')::date
    RETURNING version, digest, source, effective, published_at, published_by
)
INSERT INTO withdrawn_versions (version, digest, source, effective, published_at, published_by, withdrawn_by)
SELECT version, digest, source, effective, published_at, published_by, $2 FROM gone
RETURNING version
