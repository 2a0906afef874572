-- The file of the log of changes that is written now.
SELECT pg_walfile_name(pg_current_wal_insert_lsn())
