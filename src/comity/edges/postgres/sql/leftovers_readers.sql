-- Who keeps rows that were erased before, or nothing.  $1 the newest transaction then
SELECT coalesce(nullif(a.application_name, ''), a.backend_type)
FROM pg_stat_activity a
WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.backend_xmin IS NOT NULL
  AND age(a.backend_xmin) > age(($1::bigint % 4294967296)::text::xid)
UNION ALL
SELECT 'the replication slot ' || s.slot_name
FROM pg_replication_slots s
WHERE age(s.xmin) > age(($1::bigint % 4294967296)::text::xid)
LIMIT 1
