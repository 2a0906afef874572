-- The first message that a rule would erase and that something keeps.  $1..$2 ids between which it lies  $3 days
SELECT min(uuid_extract_timestamp(m.id))
FROM messages m
WHERE m.id >= $1 AND m.id < $2 AND m.text_erased_at IS NULL AND retention_days('texts', m.category, m.country) = $3
