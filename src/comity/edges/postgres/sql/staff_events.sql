-- Who let whom work at the desk or took their key back, the newest first.  $1 number below which, or null  $2 how many
SELECT event_id, person, role, event, by, at
FROM staff_events
WHERE $1::bigint IS NULL OR event_id < $1
ORDER BY event_id DESC
LIMIT $2
