-- The disclosure desk (G3): who asked for what, what went out, what the accounts concerned were told, and what is kept
-- past its time because an order says so.

-- ---------------------------------------------------------------- requests

CREATE TABLE disclosure_requests (
    request_id  uuid PRIMARY KEY DEFAULT uuidv7(),
    -- what people call it: D-NUMBER
    number      bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    -- a state of comity.disclosure.life
    state       text NOT NULL CHECK (state IN ('received', 'checked', 'prepared', 'approved', 'ready', 'collected',
                                               'expired', 'refused', 'withdrawn')),
    -- a basis of the policy in force when it came (comity.disclosure.fields)
    basis       text NOT NULL CHECK (basis <> ''),
    -- what that basis allowed then: a later policy changes no request that is under way
    terms       jsonb NOT NULL,
    -- who asks: comity.disclosure.request.Requester; the people named in it are no part of the register
    requester   jsonb NOT NULL,
    emergency   boolean NOT NULL,
    received_at timestamptz NOT NULL,
    due_at      timestamptz NOT NULL,
    -- comity.disclosure.request.Scope: as it was asked for, and as it was prepared
    asked       jsonb NOT NULL,
    prepared    jsonb,
    -- what the preparer took beyond what the basis proposes, and why; the approver reads it
    widened     text[] NOT NULL DEFAULT '{}',
    widened_why text NOT NULL DEFAULT '',
    -- comity.disclosure.request.IdentityCheck
    identity    jsonb,
    entered_by  text NOT NULL CHECK (entered_by <> ''),
    entered_at  timestamptz NOT NULL,
    prepared_by text NOT NULL DEFAULT '',
    decided_by  text NOT NULL DEFAULT '',
    decided_at  timestamptz,
    -- by a legal order, when the accounts concerned are told; NULL for at once
    delay_until timestamptz,
    delay_order text NOT NULL DEFAULT '',
    -- the deadline passed before there was an answer
    overdue_at  timestamptz,
    ended_at    timestamptz,
    case_id     bigint NOT NULL REFERENCES cases,
    CHECK (num_nulls(delay_until) = (delay_order = '')::integer),
    -- No package without an identity check, and none without a second person.
    CHECK (state NOT IN ('checked', 'prepared', 'approved', 'ready', 'collected', 'expired') OR identity IS NOT NULL),
    CHECK (state NOT IN ('approved', 'ready', 'collected', 'expired')
           OR (prepared IS NOT NULL AND decided_by NOT IN ('', prepared_by, entered_by)))
);
CREATE INDEX disclosure_requests_open ON disclosure_requests (due_at) WHERE decided_at IS NULL AND ended_at IS NULL;

-- What happened to a request; never changed.
CREATE TABLE disclosure_events (
    number     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_id uuid NOT NULL REFERENCES disclosure_requests,
    event      text NOT NULL,
    state      text NOT NULL,
    at         timestamptz NOT NULL,
    -- a person of the staff, 'comity', or 'requester'
    by         text NOT NULL CHECK (by <> ''),
    why        text NOT NULL DEFAULT '',
    facts      jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX disclosure_events_by_request ON disclosure_events (request_id, number);
CREATE TRIGGER never_change BEFORE UPDATE OR DELETE ON disclosure_events FOR EACH ROW EXECUTE FUNCTION never_change();

-- Whom a request concerns, and through which of its events each was told.
CREATE TABLE disclosure_accounts (
    request_id   uuid NOT NULL REFERENCES disclosure_requests,
    account_id   bigint NOT NULL REFERENCES accounts,
    told_through bigint NOT NULL DEFAULT 0,
    told_at      timestamptz,
    PRIMARY KEY (request_id, account_id)
);

-- What an account was told of requests that concern it: a row comes when it may know, and not before. Never changed.
CREATE TABLE disclosures_told (
    account_id bigint NOT NULL REFERENCES accounts,
    request_id uuid NOT NULL,
    number     bigint NOT NULL,
    event      text NOT NULL,
    at         timestamptz NOT NULL,
    told_at    timestamptz NOT NULL,
    body       jsonb NOT NULL,
    PRIMARY KEY (account_id, request_id, number)
);
CREATE TRIGGER never_change BEFORE UPDATE OR DELETE ON disclosures_told FOR EACH ROW EXECUTE FUNCTION never_change();
SELECT guard_tenant_table('disclosures_told');

-- Until an account may see that a text was opened, a later order may move that date, and nothing else of it changes.
DROP TRIGGER never_change ON text_openings;
CREATE TRIGGER never_remove BEFORE DELETE ON text_openings FOR EACH ROW EXECUTE FUNCTION never_change();
CREATE TRIGGER never_change BEFORE UPDATE ON text_openings FOR EACH ROW
    WHEN (OLD.legal_order = '' OR NEW.legal_order = ''
          OR (OLD.opening_id, OLD.case_id, OLD.account_id, OLD.message_id, OLD.person, OLD.reason, OLD.at)
             IS DISTINCT FROM (NEW.opening_id, NEW.case_id, NEW.account_id, NEW.message_id, NEW.person, NEW.reason, NEW.at))
    EXECUTE FUNCTION never_change();

-- ---------------------------------------------------------------- packages

-- What goes out: encrypted to its link, which nobody here keeps, and gone once it was collected or its time is over.
CREATE TABLE disclosure_packages (
    package_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_id   uuid NOT NULL REFERENCES disclosure_requests,
    -- sha256 of what the link says
    token_hash   bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    -- SHA-256 of the archive, of the file as it is handed out, and the latter's length
    digest       text NOT NULL,
    file_digest  text NOT NULL,
    octets       bigint NOT NULL,
    -- how the file is closed beside: not at all, by a passphrase, to the recipient's certificate
    closed       text NOT NULL CHECK (closed IN ('open', 'passphrase', 'certificate')),
    records      integer NOT NULL,
    texts        integer NOT NULL,
    box          bytea,
    made_at      timestamptz NOT NULL,
    made_by      text NOT NULL,
    expires_at   timestamptz NOT NULL CHECK (expires_at > made_at),
    collected_at timestamptz,
    -- expired, withdrawn, or replaced by another
    destroyed_at timestamptz,
    CHECK ((box IS NULL) = (collected_at IS NOT NULL OR destroyed_at IS NOT NULL))
);
-- Of a request there is one package at a time.
CREATE UNIQUE INDEX disclosure_packages_live ON disclosure_packages (request_id) WHERE box IS NOT NULL;
CREATE TRIGGER never_remove BEFORE DELETE ON disclosure_packages FOR EACH ROW EXECUTE FUNCTION never_change();

-- ---------------------------------------------------------------- preservation

CREATE TABLE preservation_orders (
    order_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         uuid NOT NULL DEFAULT uuidv7() UNIQUE,
    request_id uuid REFERENCES disclosure_requests,
    -- a state of comity.disclosure.life
    state      text NOT NULL CHECK (state IN ('in_force', 'extended', 'ended')),
    authority  text NOT NULL CHECK (authority <> ''),
    country    text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    reference  text NOT NULL CHECK (reference <> ''),
    -- whose data: empty for any account, any number; never both. Numbers are digits.
    accounts   bigint[] NOT NULL DEFAULT '{}',
    numbers    text[] NOT NULL DEFAULT '{}',
    -- of which time; open ends are without bound
    data_from  timestamptz,
    data_until timestamptz,
    placed_at  timestamptz NOT NULL,
    placed_by  text NOT NULL CHECK (placed_by <> ''),
    ends_at    timestamptz NOT NULL CHECK (ends_at > placed_at),
    ended_at   timestamptz,
    CHECK (cardinality(accounts) + cardinality(numbers) > 0),
    CHECK (data_from IS NULL OR data_until IS NULL OR data_until > data_from),
    CHECK ((state = 'ended') = (ended_at IS NOT NULL))
);
CREATE INDEX preservation_orders_running ON preservation_orders (ends_at) WHERE ended_at IS NULL;
CREATE TRIGGER never_remove BEFORE DELETE ON preservation_orders FOR EACH ROW EXECUTE FUNCTION never_change();

-- What happened to an order; never changed.
CREATE TABLE preservation_events (
    number   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES preservation_orders,
    event    text NOT NULL,
    at       timestamptz NOT NULL,
    by       text NOT NULL CHECK (by <> ''),
    why      text NOT NULL DEFAULT '',
    ends_at  timestamptz NOT NULL
);
CREATE INDEX preservation_events_by_order ON preservation_events (order_id, number);
CREATE TRIGGER never_change BEFORE UPDATE OR DELETE ON preservation_events
    FOR EACH ROW EXECUTE FUNCTION never_change();

-- What may not be erased, for whoever erases many at once: a row for each account and number of each order. A null
-- account or number is any. Of data made from data_from (or ever) until data_until (or ever), while since <= now < until.
CREATE VIEW preserved WITH (security_invoker = true) AS
SELECT o.order_id, a.account_id, n.number, o.data_from, o.data_until, o.placed_at AS since,
       least(o.ends_at, o.ended_at) AS until
FROM preservation_orders o
LEFT JOIN LATERAL unnest(o.accounts) AS a (account_id) ON true
LEFT JOIN LATERAL unnest(o.numbers) AS n (number) ON true;

-- Whether anything of an account about a number must be kept at an instant. A null account asks for any; a number that
-- is null or empty asks for all that the account has.
CREATE FUNCTION is_preserved(account_id bigint, number text, at timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM preserved p
        WHERE (p.account_id IS NULL OR $1 IS NULL OR p.account_id = $1)
          AND (p.number IS NULL OR nullif($2, '') IS NULL OR p.number = ltrim($2, '+'))
          AND p.since <= $3 AND $3 < p.until)
$$;

-- The same of data that was made at an instant: what lies outside the time that an order names may go.
CREATE FUNCTION is_preserved_data(account_id bigint, number text, made_at timestamptz, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM preserved p
        WHERE (p.account_id IS NULL OR $1 IS NULL OR p.account_id = $1)
          AND (p.number IS NULL OR nullif($2, '') IS NULL OR p.number = ltrim($2, '+'))
          AND (p.data_from IS NULL OR p.data_from <= $3) AND (p.data_until IS NULL OR $3 < p.data_until)
          AND p.since <= $4 AND $4 < p.until)
$$;

-- ---------------------------------------------------------------- the register

-- All requests, metadata alone: no number, no text, nobody's name but the authority's.
CREATE VIEW disclosure_register WITH (security_invoker = true) AS
SELECT r.request_id, r.number, r.state, r.basis, r.requester ->> 'kind' AS requester,
       CASE r.requester ->> 'kind' WHEN 'authority' THEN r.requester ->> 'name' ELSE '' END AS authority,
       r.requester ->> 'country' AS country, r.emergency, r.received_at, r.due_at, r.overdue_at, r.decided_at, r.ended_at,
       r.delay_until, r.widened, p.packages, p.records, p.texts, p.digest, p.collected_at,
       (SELECT count(*) FROM disclosure_accounts a WHERE a.request_id = r.request_id) AS accounts
FROM disclosure_requests r
CROSS JOIN LATERAL (
    SELECT count(*) AS packages, coalesce(max(k.records), 0) AS records, coalesce(max(k.texts), 0) AS texts,
           coalesce((array_agg(k.digest ORDER BY k.package_id DESC))[1], '') AS digest,
           max(k.collected_at) AS collected_at
    FROM disclosure_packages k WHERE k.request_id = r.request_id
) p;

-- All but what accounts were told is the operator's.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['disclosure_requests', 'disclosure_events', 'disclosure_accounts',
                                'disclosure_packages', 'preservation_orders', 'preservation_events'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY road ON %I TO comity_road USING (true) WITH CHECK (true)', name);
    END LOOP;
END $$;
