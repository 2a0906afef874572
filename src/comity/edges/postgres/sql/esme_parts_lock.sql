-- Parts of one message may come in at two doors at once: who keeps parts does it one after another, so that one of the
-- two sees the message whole.  $1 keys of their messages
SELECT pg_advisory_xact_lock(hashtextextended(key, 7)) FROM unnest($1::text[]) AS key ORDER BY hashtextextended(key, 7)
