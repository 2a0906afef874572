-- Who keeps rows that were erased before, or nothing.  $1 the newest transaction then
WITH newest AS (SELECT ($1::bigint % 4294967296)::text::xid AS xid)
SELECT coalesce(nullif(a.application_name, ''), a.backend_type)
FROM pg_stat_activity a, newest n
-- A standby that reads tells the oldest row that it needs in no database's name.
WHERE (a.datname = current_database() OR a.datname IS NULL) AND a.pid <> pg_backend_pid() AND age(a.backend_xmin) > age(n.xid)
UNION ALL
SELECT 'the prepared transaction ' || p.gid
FROM pg_prepared_xacts p, newest n
WHERE p.database = current_database() AND age(p.transaction) > age(n.xid)
UNION ALL
SELECT 'the replication slot ' || s.slot_name
FROM pg_replication_slots s, newest n
WHERE age(s.xmin) > age(n.xid) OR age(s.catalog_xmin) > age(n.xid)
LIMIT 1
