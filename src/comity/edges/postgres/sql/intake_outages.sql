-- Outages that end after an instant, the one that may be going on now among them.  $1 since, $2 now, $3 longest gap
SELECT begun, ended FROM intake_outages WHERE ended > $1
UNION ALL
SELECT alive_at, $2::timestamptz FROM intake WHERE $2::timestamptz - alive_at > $3::interval
ORDER BY begun
