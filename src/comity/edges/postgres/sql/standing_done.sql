-- What the decision on a proposal did, the newest first.  $1 case
SELECT (facts ->> 'sanction')::bigint AS sanction, (facts ->> 'strike')::bigint AS strike
FROM case_events
WHERE case_id = $1 AND event = 'effect' AND facts ?| ARRAY['sanction', 'strike']
ORDER BY event_id DESC
LIMIT 1
