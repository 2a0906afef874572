-- What reached numbers long ago, and floods long over.  $1 before  $2 at most of each
WITH gone AS (
    DELETE FROM number_arrivals
    WHERE ctid = ANY (ARRAY(SELECT ctid FROM number_arrivals WHERE minute < extract(epoch FROM $1::timestamptz) / 60 LIMIT $2))
    RETURNING 1
), over AS (
    DELETE FROM number_floods WHERE ctid = ANY (ARRAY(SELECT ctid FROM number_floods WHERE last_at < $1 LIMIT $2))
)
SELECT count(*) FROM gone
