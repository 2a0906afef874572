-- Every list, or the one that $1 names.
SELECT name, kind, country, source, loaded_at, entries, refresh_days, digest,
       greatest(0, floor(extract(epoch FROM now() - loaded_at) / 86400)::int - refresh_days) AS overdue_days
FROM lists
WHERE $1::text IS NULL OR name = $1
ORDER BY name
