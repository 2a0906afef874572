-- What senders sent in hours long past; of accounts altogether, longer: their habits are read from it.  $1 before  $2 at most
WITH gone AS (
    DELETE FROM sender_traffic
    WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM sender_traffic
        WHERE hour < $1 AND (sender_key <> '' OR hour < $1::timestamptz - interval '60 days') LIMIT $2))
    RETURNING 1
)
SELECT count(*) FROM gone
