-- Requests to prove opt-ins (P5), and when our own intake could not be reached.

-- ---------------------------------------------------------------- our own outages

-- When an HTTP door was last known to answer; doors write it every few seconds.
CREATE TABLE intake (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    alive_at timestamptz NOT NULL
);
-- Spans in which no door answered: nobody's time runs in them.
CREATE TABLE intake_outages (
    begun timestamptz PRIMARY KEY,
    ended timestamptz NOT NULL CHECK (ended > begun)
);
ALTER TABLE intake ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON intake TO comity_road USING (true) WITH CHECK (true);
ALTER TABLE intake_outages ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON intake_outages TO comity_road USING (true) WITH CHECK (true);

-- ---------------------------------------------------------------- requests

CREATE TABLE proof_requests (
    account_id   bigint NOT NULL REFERENCES accounts,
    request_id   uuid NOT NULL DEFAULT uuidv7(),
    -- a state of comity.consent.proof_request
    state        text NOT NULL CHECK (state IN ('asked', 'unserved', 'running', 'answered', 'overdue', 'accepted',
                                                'deactivated', 'withdrawn')),
    -- what it is about, in a sentence that the account reads
    about        text NOT NULL CHECK (about <> ''),
    wants_purpose boolean NOT NULL,
    wants_sample boolean NOT NULL,
    on_deadline  text NOT NULL CHECK (on_deadline IN ('deactivate', 'suspend')),
    window_s     integer NOT NULL CHECK (window_s > 0),
    extended_s   integer NOT NULL DEFAULT 0 CHECK (extended_s >= 0),
    asked_by     text NOT NULL CHECK (asked_by <> ''),
    asked_at     timestamptz NOT NULL,
    notice_id    uuid,
    delivered_at timestamptz,
    -- webhook, email, opened, or the reviewer who served it
    delivered_by text NOT NULL DEFAULT '',
    -- by what is known of outages; looked at again when it is reached
    due_at       timestamptz,
    ended_at     timestamptz,
    case_id      bigint,
    -- the sanction that paused sending, until the request was served
    pause_id     bigint,
    purpose      text NOT NULL DEFAULT '',
    sample       text NOT NULL DEFAULT '',
    PRIMARY KEY (account_id, request_id),
    UNIQUE (request_id),
    -- The clock begins with the delivery, and with nothing else.
    CHECK ((delivered_at IS NULL) = (due_at IS NULL)),
    CHECK (state NOT IN ('running', 'answered', 'overdue', 'accepted', 'deactivated') OR delivered_at IS NOT NULL)
);
CREATE INDEX proof_requests_open ON proof_requests (state, asked_at) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX proof_requests_by_notice ON proof_requests (notice_id) WHERE notice_id IS NOT NULL;

CREATE TABLE proof_request_recipients (
    account_id    bigint NOT NULL,
    request_id    uuid NOT NULL,
    recipient     text NOT NULL,
    -- when the first promotional message went there; NULL when none is known
    first_sent_at timestamptz,
    -- comity.consent.proof_request.Proof as it was given last, and what it lacks
    proof         jsonb,
    gaps          text[] NOT NULL DEFAULT '{}',
    answered_at   timestamptz,
    PRIMARY KEY (account_id, request_id, recipient),
    FOREIGN KEY (account_id, request_id) REFERENCES proof_requests
);

-- What happened to a request; never changed.
CREATE TABLE proof_request_events (
    account_id bigint NOT NULL,
    request_id uuid NOT NULL,
    number     bigint GENERATED ALWAYS AS IDENTITY,
    event      text NOT NULL,
    at         timestamptz NOT NULL,
    -- a person, 'account' or 'comity'
    by         text NOT NULL,
    why        text NOT NULL DEFAULT '',
    PRIMARY KEY (account_id, request_id, number),
    FOREIGN KEY (account_id, request_id) REFERENCES proof_requests
);
CREATE TRIGGER never_change BEFORE UPDATE OR DELETE ON proof_request_events
    FOR EACH ROW EXECUTE FUNCTION never_change();

-- A notice reached its account: whoever waits for that is told in the same commit, by a deed that is due at once.
CREATE FUNCTION tell_proof_request() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    request uuid;
    told_at timestamptz;
BEGIN
    SELECT request_id INTO request FROM proof_requests
    WHERE notice_id = NEW.notice_id AND delivered_at IS NULL AND ended_at IS NULL;
    IF FOUND THEN
        told_at := (to_jsonb(NEW) ->> TG_ARGV[1])::timestamptz;
        INSERT INTO deadlines (kind, subject, account_id, due_at, try_at)
        VALUES ('proof-delivered', NEW.account_id || ' ' || request || ' ' || TG_ARGV[0], NEW.account_id, told_at, told_at)
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tell_proof_opened AFTER UPDATE OF read_at ON notices
    FOR EACH ROW WHEN (OLD.read_at IS NULL AND NEW.read_at IS NOT NULL)
    EXECUTE FUNCTION tell_proof_request('opened', 'read_at');
CREATE TRIGGER tell_proof_mailed AFTER UPDATE OF state ON notice_deliveries
    FOR EACH ROW WHEN (NEW.state = 'delivered' AND OLD.state <> 'delivered' AND NEW.channel = 'email')
    EXECUTE FUNCTION tell_proof_request('email', 'settled_at');
CREATE TRIGGER tell_proof_told AFTER UPDATE OF state ON notice_deliveries
    FOR EACH ROW WHEN (NEW.state = 'delivered' AND OLD.state <> 'delivered' AND NEW.channel = 'webhook')
    EXECUTE FUNCTION tell_proof_request('webhook', 'settled_at');

SELECT guard_tenant_table(name) FROM unnest(ARRAY[
    'proof_requests', 'proof_request_recipients', 'proof_request_events']) AS name;
