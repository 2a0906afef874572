-- Write messages to the log of changes that mean nothing.  $1 octets of one  $2 how many
SELECT count(pg_logical_emit_message(false, 'comity', repeat('0', $1::int))) FROM generate_series(1, $2::int)
