-- Receipts that nobody awaits.  $1 before  $2 at most
WITH gone AS (
    DELETE FROM unmatched_receipts WHERE ctid = ANY (ARRAY(SELECT ctid FROM unmatched_receipts WHERE at < $1 LIMIT $2)) RETURNING 1
)
SELECT count(*) FROM gone
