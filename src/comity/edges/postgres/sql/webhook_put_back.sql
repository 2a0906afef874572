-- Events that wait for another try, and those given back untried.
-- $1 accounts, $2 events, $3 tokens of their claims, $4 when to try again (null: as before), $5 tries begun in vain.
-- Gives how many this worker still held.
WITH back AS (
    UPDATE webhook_events e
    SET due_at = coalesce(told.due_at, e.due_at), attempt = e.attempt - told.untried,
        claimed_until = NULL, claimed_by = NULL
    FROM unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::smallint[])
         AS told (account_id, event_id, claimed_by, due_at, untried)
    WHERE e.account_id = told.account_id AND e.event_id = told.event_id AND e.claimed_by = told.claimed_by
    RETURNING e.account_id, e.webhook_id, e.stream, e.number, e.kind, e.due_at, told.untried
), behind AS (
    -- Those behind a failed one wait as long, and so are not looked at by every claim; a report may overtake it.
    UPDATE webhook_events f
    SET due_at = back.due_at
    FROM back
    WHERE back.untried = 0 AND back.stream <> ''
      AND f.account_id = back.account_id AND f.webhook_id = back.webhook_id
      AND f.stream = back.stream AND f.number > back.number AND f.due_at < back.due_at
      AND NOT (f.kind = 'delivery_report' AND back.kind = 'delivery_report')
    RETURNING 1
)
SELECT count(*) FROM back
