-- What was said of erased complaints in what happened to them is gone, and to which messages they led.  $1 complaints
WITH words AS (
    UPDATE complaint_events e SET words = '' WHERE e.complaint_id = ANY ($1) AND e.words <> ''
), whys AS (
    UPDATE takedown_events e
    SET why = ''
    FROM complaints c
    JOIN takedowns t ON t.number = c.number
    WHERE c.complaint_id = ANY ($1) AND t.holder = 'erased' AND e.takedown_id = t.takedown_id AND e.why <> ''
)
DELETE FROM complaint_messages m WHERE m.complaint_id = ANY ($1)
