-- Puts a generation in force in place of the one before.
--   $1 name  $2 kind  $3 country  $4 source  $5 refresh_days  $6 entries  $7 digest  $8 generation
INSERT INTO lists (name, kind, country, source, refresh_days, loaded_at, entries, digest, generation)
VALUES ($1, $2, $3, $4, $5, now(), $6, $7, $8)
ON CONFLICT (name) DO UPDATE
SET kind = excluded.kind, country = excluded.country, source = excluded.source, refresh_days = excluded.refresh_days,
    loaded_at = excluded.loaded_at, entries = excluded.entries, digest = excluded.digest, generation = excluded.generation
