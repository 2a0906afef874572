-- Events that are told or given up leave; the last of each kind is kept to be asked for again.
-- Gives how many this worker still held: the others were another's by then.
-- $1 accounts, $2 events, $3 tokens of their claims, $4 now, $5 whether they are told.
WITH gone AS (
    DELETE FROM webhook_events e
    USING unnest($1::bigint[], $2::uuid[], $3::uuid[]) AS told (account_id, event_id, claimed_by)
    WHERE e.account_id = told.account_id AND e.event_id = told.event_id AND e.claimed_by = told.claimed_by
    RETURNING e.account_id, e.webhook_id, e.kind, e.stream, e.event_id, e.body, e.number
), latest AS MATERIALIZED (
    SELECT DISTINCT ON (webhook_id, kind) account_id, webhook_id, kind, event_id, body
    FROM gone
    ORDER BY webhook_id, kind, number DESC
), kept AS (
    INSERT INTO webhook_last_events (account_id, webhook_id, kind, event_id, body, at)
    SELECT account_id, webhook_id, kind, event_id, body, $4
    FROM latest
    -- A webhook deleted meanwhile keeps nothing.
    WHERE (SELECT true FROM webhooks w
           WHERE w.account_id = latest.account_id AND w.webhook_id = latest.webhook_id)
    ORDER BY account_id, webhook_id, kind
    ON CONFLICT (account_id, webhook_id, kind)
    DO UPDATE SET event_id = excluded.event_id, body = excluded.body, at = excluded.at
    RETURNING 1
), noticed AS (
    -- A notice's stream names it (leave_notices): that it was acknowledged is kept with it.
    UPDATE notice_deliveries d
    SET state = CASE WHEN $5 THEN 'delivered' ELSE 'failed' END, settled_at = $4
    FROM gone
    WHERE gone.kind = 'notice' AND d.account_id = gone.account_id AND d.channel = 'webhook'
      AND d.notice_id = CASE WHEN gone.kind = 'notice' THEN split_part(gone.stream, ' ', 2)::uuid END
      AND d.address = gone.webhook_id::text
)
SELECT count(*) FROM gone
