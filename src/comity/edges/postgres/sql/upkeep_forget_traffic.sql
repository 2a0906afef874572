-- What senders sent in hours long past.  $1 before  $2 at most
WITH gone AS (
    DELETE FROM sender_traffic WHERE ctid = ANY (ARRAY(SELECT ctid FROM sender_traffic WHERE hour < $1 LIMIT $2)) RETURNING 1
)
SELECT count(*) FROM gone
