-- Over which senders texts went in hours long past.  $1 before  $2 at most
WITH gone AS (
    DELETE FROM text_spread WHERE ctid = ANY (ARRAY(SELECT ctid FROM text_spread WHERE hour < $1 LIMIT $2)) RETURNING 1
)
SELECT count(*) FROM gone
