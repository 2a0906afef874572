-- Parts whose fellows never came.  $1 before  $2 at most
WITH gone AS (
    DELETE FROM inbound_parts WHERE ctid = ANY (ARRAY(SELECT ctid FROM inbound_parts WHERE at < $1 LIMIT $2)) RETURNING 1
)
SELECT count(*) FROM gone
