-- Answers kept for idempotency.  $1 before  $2 at most
WITH gone AS (
    DELETE FROM idempotency WHERE ctid = ANY (ARRAY(SELECT ctid FROM idempotency WHERE at < $1 LIMIT $2)) RETURNING 1
)
SELECT count(*) FROM gone
