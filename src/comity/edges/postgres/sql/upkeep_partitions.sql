-- Makes the partitions of messages and their life of one day, a node at a time.  $1 day
SELECT make_message_partitions($1::date) FROM (SELECT pg_advisory_xact_lock(7236828411512)) held
