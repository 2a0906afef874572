-- Makes the partitions of messages and their life, a node at a time.  $1 first day  $2 days
SELECT make_message_partitions(days.day)
FROM (SELECT pg_advisory_xact_lock(7236828411512)) held,
     LATERAL (SELECT $1::date + n AS day FROM generate_series(0, $2::int - 1) AS n) days
