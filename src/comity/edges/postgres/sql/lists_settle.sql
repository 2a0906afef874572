-- Moves what was read into the entries, each key once.
--   $1 generation
INSERT INTO list_entries (generation, key)
SELECT DISTINCT generation, key FROM list_loading WHERE generation = $1 ORDER BY key
