-- Webhooks: the endpoints that customers are told events at, and the events that wait to be told.

CREATE TABLE webhooks (
    account_id      bigint NOT NULL REFERENCES accounts,
    webhook_id      uuid NOT NULL DEFAULT uuidv7(),
    -- Keys both signatures, and names the webhook when it is deleted; so it is kept as it was given out.
    secret          text NOT NULL UNIQUE,
    endpoint        text NOT NULL,
    method          text NOT NULL CHECK (method IN ('POST', 'GET')),
    -- names of comity.journey.webhook_delivery.KINDS; older names are translated before they come here
    types           text[] NOT NULL CHECK (cardinality(types) > 0),
    created_at      timestamptz NOT NULL DEFAULT now(),
    disabled_at     timestamptz,
    disabled_reason text CHECK (disabled_reason IN ('gone', 'failing')),
    -- the first failure since the last success
    failing_since   timestamptz,
    PRIMARY KEY (account_id, webhook_id),
    CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL))
);

-- A row is an event left to tell, so it is deleted when told. No foreign key to webhooks: it would lock the
-- webhook's row for every event; what a race leaves behind is swept (sql/webhook_sweep.sql).
CREATE TABLE webhook_events (
    account_id    bigint NOT NULL,
    event_id      uuid NOT NULL DEFAULT uuidv7(),
    webhook_id    uuid NOT NULL,
    -- Events of one stream are told in order, one at a time; the empty stream has no order.
    stream        text NOT NULL,
    kind          text NOT NULL,
    -- JSON, embedded in what is sent as it stands
    body          text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    due_at        timestamptz NOT NULL DEFAULT now(),
    -- tries begun
    attempt       smallint NOT NULL DEFAULT 0,
    -- While it lies in the future a worker is sending it; what that worker says counts only with the same token.
    claimed_until timestamptz,
    claimed_by    uuid,
    -- The order within a stream: a sequence does not step back as clocks do.
    number        bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (account_id, event_id)
    -- Room in each page, so that a claim rewrites its row without touching an index.
) WITH (fillfactor = 40, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
-- Endpoints take turns: within a webhook what is due longest comes first. A webhook is of one account, so these need
-- not begin with it; if they did, a plan made while the table is empty could take them for a look-up by event_id.
CREATE INDEX webhook_events_turns ON webhook_events (webhook_id, due_at, number);
CREATE INDEX webhook_events_streams ON webhook_events (webhook_id, stream, number);

-- The event of each kind that was last told or given up, to be asked for again.
CREATE TABLE webhook_last_events (
    account_id    bigint NOT NULL,
    webhook_id    uuid NOT NULL,
    kind          text NOT NULL,
    event_id      uuid NOT NULL,
    body          text NOT NULL,
    at            timestamptz NOT NULL,
    PRIMARY KEY (account_id, webhook_id, kind),
    FOREIGN KEY (account_id, webhook_id) REFERENCES webhooks ON DELETE CASCADE
) WITH (fillfactor = 40);

-- Leaves each event once for every enabled webhook of its account that asked for its kind; gives the rows made.
-- It only inserts, so it never waits for a worker. The events of one stream must be enqueued one after another,
-- which holding the lock on the message (or contact) they tell of ensures. The arrays' order is kept.
CREATE FUNCTION enqueue_events(account_ids bigint[], streams text[], kinds text[], bodies text[])
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    made bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM webhooks w WHERE w.account_id = ANY (account_ids) AND w.disabled_at IS NULL) THEN
        RETURN 0;
    END IF;
    INSERT INTO webhook_events (account_id, webhook_id, stream, kind, body)
    SELECT e.account_id, w.webhook_id, e.stream, e.kind, e.body
    FROM unnest(account_ids, streams, kinds, bodies) WITH ORDINALITY AS e (account_id, stream, kind, body, position)
    JOIN webhooks w ON w.account_id = e.account_id AND w.disabled_at IS NULL AND e.kind = ANY (w.types)
    ORDER BY e.position;
    GET DIAGNOSTICS made = ROW_COUNT;
    -- A notification serialises commits, so only those pay that have something to tell.
    IF made > 0 THEN
        PERFORM pg_notify('comity_webhooks', '');
    END IF;
    RETURN made;
END $$;

-- Not on failing_since: workers change it often, and nobody keeps it.
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OF endpoint, method, types, secret, disabled_at OR DELETE ON webhooks
    FOR EACH STATEMENT EXECUTE FUNCTION tell_change();

SELECT guard_tenant_table(name) FROM unnest(ARRAY['webhooks', 'webhook_events', 'webhook_last_events']) AS name;
GRANT INSERT, DELETE ON webhooks TO comity_tenant;
GRANT INSERT, DELETE ON webhook_events TO comity_tenant;
