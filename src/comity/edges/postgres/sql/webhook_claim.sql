-- Claims what is due, fairly between webhooks. Runs under the lock of webhook_claim_turn.sql.
-- $1 now, $2 token of this claim, $3 claimed until, $4 the most rows, $5 the most of a webhook not named here,
-- $6 webhooks and $7 the most of each.
WITH RECURSIVE waiting AS (
    -- every webhook with an event, one index probe each
    (SELECT account_id, webhook_id FROM webhook_events ORDER BY webhook_id LIMIT 1)
    UNION ALL
    SELECT following.account_id, following.webhook_id
    FROM waiting
    CROSS JOIN LATERAL (
        SELECT e.account_id, e.webhook_id FROM webhook_events e
        WHERE e.webhook_id > waiting.webhook_id
        ORDER BY e.webhook_id LIMIT 1
    ) following
), turns AS MATERIALIZED (
    -- in a new order each time: when $4 is short, it is not always the same who go without
    SELECT waiting.account_id, waiting.webhook_id,
           coalesce(($7::integer[])[array_position($6::uuid[], waiting.webhook_id)], $5::integer) AS free
    FROM waiting
    -- A look-up each, and not a join: whatever the planner takes the tables' sizes for.
    WHERE (SELECT w.disabled_at IS NULL FROM webhooks w
           WHERE w.account_id = waiting.account_id AND w.webhook_id = waiting.webhook_id)
      AND coalesce(($7::integer[])[array_position($6::uuid[], waiting.webhook_id)], $5::integer) > 0
    ORDER BY random()
), heads AS MATERIALIZED (
    SELECT head.account_id, head.event_id
    FROM turns
    CROSS JOIN LATERAL (
        SELECT e.account_id, e.event_id FROM webhook_events e
        WHERE e.account_id = turns.account_id AND e.webhook_id = turns.webhook_id AND e.due_at <= $1
          AND (e.claimed_until IS NULL OR e.claimed_until <= $1)
          -- In order: nothing earlier of its stream is left, but for a failed report that this one outdates.
          AND (e.stream = '' OR NOT EXISTS (
              SELECT FROM webhook_events f
              WHERE f.account_id = e.account_id AND f.webhook_id = e.webhook_id
                AND f.stream = e.stream AND f.number < e.number
                AND NOT (f.kind = 'delivery_report' AND e.kind = 'delivery_report' AND f.attempt > 0
                         AND (f.claimed_until IS NULL OR f.claimed_until <= $1))))
          -- And not itself a failed report that the next of its stream outdates.
          AND (e.attempt = 0 OR e.stream = '' OR e.kind <> 'delivery_report' OR (
              SELECT s.kind FROM webhook_events s
              WHERE s.account_id = e.account_id AND s.webhook_id = e.webhook_id
                AND s.stream = e.stream AND s.number > e.number
              ORDER BY s.number LIMIT 1) IS DISTINCT FROM 'delivery_report')
        ORDER BY e.due_at, e.number
        LIMIT turns.free
        FOR UPDATE SKIP LOCKED
    ) head
    LIMIT $4
), claimed AS (
    UPDATE webhook_events e
    SET claimed_until = $3, claimed_by = $2, attempt = e.attempt + 1
    FROM heads
    WHERE e.account_id = heads.account_id AND e.event_id = heads.event_id
    RETURNING e.*
), outdated AS (
    DELETE FROM webhook_events o
    USING claimed
    WHERE o.account_id = claimed.account_id AND o.webhook_id = claimed.webhook_id
      AND o.stream = claimed.stream AND claimed.stream <> '' AND o.number < claimed.number
    RETURNING 1
)
-- The first ten in the order of comity.edges.webhooks.lanes.Claimed.
SELECT claimed.account_id, claimed.event_id, claimed.webhook_id, claimed.kind, claimed.body, claimed.attempt,
       w.endpoint, w.method, w.secret, a.name AS username, w.failing_since,
       (SELECT count(*) FROM outdated) AS outdated
FROM claimed
JOIN webhooks w ON w.account_id = claimed.account_id AND w.webhook_id = claimed.webhook_id
JOIN accounts a ON a.account_id = claimed.account_id
ORDER BY claimed.number
