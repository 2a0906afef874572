-- Which entries of lists the messages of a batch touch. The subquery's OFFSET keeps it a look-up by key.
--   $1 place in the batch  $2 kind  $3 key
SELECT q.place, q.kind, q.key, l.name,
       greatest(0, floor(extract(epoch FROM now() - l.loaded_at) / 86400)::int - l.refresh_days) AS overdue_days
FROM unnest($1::int[], $2::text[], $3::text[]) AS q (place, kind, key)
CROSS JOIN LATERAL (SELECT e.generation FROM list_entries e WHERE e.key = q.key OFFSET 0) e
JOIN lists l ON l.generation = e.generation AND l.kind = q.kind
ORDER BY q.place, l.name, q.key
