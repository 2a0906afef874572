-- What a case holds goes to the queue, once: only what is still held moves.
--   $1 case  $2 now  $3..$4 messages that wait for their recipients' hours: id, until when  $5 the oldest so many, or null for all
WITH late AS (
    SELECT * FROM unnest($3::uuid[], $4::timestamptz[]) AS l (message_id, until)
), named AS MATERIALIZED (
    SELECT n.account_id, n.message_id FROM case_messages n WHERE n.case_id = $1 AND n.effect = ''
    ORDER BY n.message_id LIMIT $5
), freed AS (
    UPDATE message_life l
    SET state = CASE WHEN w.due_at > $2 THEN 'deferred' ELSE 'queued' END
    FROM named n
    CROSS JOIN LATERAL (
        SELECT greatest(m.due_at, late.until, $2) AS due_at
        FROM messages m LEFT JOIN late ON late.message_id = m.id
        WHERE m.account_id = n.account_id AND m.id = n.message_id
        OFFSET 0
    ) w
    WHERE l.account_id = n.account_id AND l.id = n.message_id AND l.state = 'held'
    RETURNING l.account_id, l.id, w.due_at
), queued AS (
    -- A validity that the customer gave counts from when it should have gone.
    INSERT INTO queue (account_id, message_id, route_prefix, due_at, scheduled, expires_at)
    -- Where the account may not send now, it waits out of reach like all else of it (standing_park.sql).
    SELECT f.account_id, f.id, r.prefix,
           f.due_at + CASE WHEN standing_inherited(f.account_id) IN ('suspended', 'deactivated')
                           THEN interval '1000 years' ELSE interval '0' END,
           m.due_at > $2,
           greatest(m.due_at, uuid_extract_timestamp(m.id)) + make_interval(secs => m.validity_s)
    FROM freed f
    CROSS JOIN LATERAL (
        SELECT m.id, m.recipient, m.due_at, m.validity_s FROM messages m
        WHERE m.account_id = f.account_id AND m.id = f.id OFFSET 0
    ) m
    CROSS JOIN LATERAL (
        -- the longest prefix that has a route; none waits for a default route
        SELECT coalesce(max(p.prefix), '') AS prefix
        FROM (SELECT r.prefix FROM routes r WHERE starts_with(m.recipient, r.prefix)
              ORDER BY length(r.prefix) DESC LIMIT 1) p
    ) r
), marked AS (
    UPDATE case_messages n
    -- IN, which is hashed; EXISTS is planned for the one row that a case without statistics is taken to hold
    SET effect = CASE WHEN n.message_id IN (SELECT f.id FROM freed f) THEN 'released' ELSE 'none' END
    FROM named d
    WHERE n.case_id = $1 AND n.message_id = d.message_id
)
SELECT count(*) AS done, (SELECT count(*) FROM named) AS named, min(due_at) AS first_due FROM freed
