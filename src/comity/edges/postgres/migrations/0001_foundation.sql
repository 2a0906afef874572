-- The foundation: accounts, senders, credits, the road of a message, carriers, consent.
--
-- Hot tables carry account_id first in their keys, so that one day they can be sharded by it.
-- Tables named in `tenant_tables` at the end are guarded by row-level security: comity_tenant sees
-- the rows of the account in the setting comity.account and no others; comity_road sees all.

-- ---------------------------------------------------------------- this installation

CREATE TABLE installation (
    only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    -- Keys the hash that API secrets are looked up by.
    hash_key     bytea NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE policy_versions (
    version      text PRIMARY KEY,
    digest       text NOT NULL UNIQUE,
    source       text NOT NULL,
    effective    date NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now()
);

-- ---------------------------------------------------------------- accounts

CREATE TABLE accounts (
    account_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    parent_id        bigint REFERENCES accounts,
    name             text NOT NULL UNIQUE CHECK (name <> ''),
    standing         text NOT NULL DEFAULT 'good'
                     CHECK (standing IN ('good', 'watched', 'limited', 'suspended', 'deactivated')),
    category         text NOT NULL DEFAULT 'transactional'
                     CHECK (category IN ('promotional', 'transactional', 'otp', 'alert')),
    daily_volume     integer CHECK (daily_volume > 0),
    time_zone        text NOT NULL DEFAULT 'UTC',
    allowed_networks cidr[] NOT NULL DEFAULT '{}',
    transliterate    boolean NOT NULL DEFAULT false,
    profile          jsonb NOT NULL DEFAULT '{}',
    created_at       timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE api_keys (
    client_id    text PRIMARY KEY,
    account_id   bigint NOT NULL REFERENCES accounts,
    secret_hash  bytea NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    revoked_at   timestamptz
);
CREATE INDEX api_keys_by_account ON api_keys (account_id);

CREATE TABLE policy_acceptances (
    account_id   bigint NOT NULL REFERENCES accounts,
    version      text NOT NULL,
    digest       text NOT NULL,
    person       text NOT NULL CHECK (person <> ''),
    address      text NOT NULL DEFAULT '',
    accepted_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, version)
);

CREATE TABLE sender_grants (
    account_id   bigint NOT NULL REFERENCES accounts,
    -- canonical form (comity.senders.read): digits, or the name without case
    sender_key   text NOT NULL,
    sender       text NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('number', 'short_code', 'name')),
    category     text CHECK (category IN ('promotional', 'transactional', 'otp', 'alert')),
    proof_name   text NOT NULL DEFAULT '',
    proof_digest text NOT NULL DEFAULT '',
    proof        bytea,
    granted_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    number       bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (account_id, sender_key)
);
CREATE INDEX sender_grants_by_key ON sender_grants (sender_key);

-- ---------------------------------------------------------------- carriers, routes, prices

CREATE TABLE carriers (
    carrier_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name         text NOT NULL UNIQUE CHECK (name <> ''),
    url          text NOT NULL,
    system_id    text NOT NULL DEFAULT '',
    password     text NOT NULL DEFAULT '',
    options      jsonb NOT NULL DEFAULT '{}',
    created_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE routes (
    prefix       text NOT NULL CHECK (prefix ~ '^[0-9]*$'),
    carrier_id   bigint NOT NULL REFERENCES carriers,
    priority     integer NOT NULL DEFAULT 0,
    PRIMARY KEY (prefix, carrier_id)
);

CREATE TABLE prices (
    -- ISO 3166 alpha-2, or * for every other country
    country       text PRIMARY KEY CHECK (country ~ '^([A-Z]{2}|[*])$'),
    micro_credits bigint NOT NULL CHECK (micro_credits >= 0)
);

-- ---------------------------------------------------------------- credits

CREATE TABLE lots (
    lot_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id    bigint NOT NULL REFERENCES accounts,
    kind          text NOT NULL CHECK (kind IN ('purchased', 'bonus')),
    micro_credits bigint NOT NULL CHECK (micro_credits > 0),
    remaining     bigint NOT NULL CHECK (remaining >= 0),
    expires_at    timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now(),
    CHECK (remaining <= micro_credits)
) WITH (fillfactor = 50);
CREATE INDEX lots_by_account ON lots (account_id);

-- One row moves its amount between two ledger accounts (comity.credits.lots.POSTINGS): the double entry.
-- The key makes a second charge or refund of the same thing from the same lot impossible.
CREATE TABLE ledger_entries (
    account_id    bigint NOT NULL,
    -- the message charged or refunded, or the id of the purchase
    subject       uuid NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('purchase', 'bonus', 'charge', 'refund', 'expiry', 'correction')),
    lot_id        bigint NOT NULL,
    micro_credits bigint NOT NULL CHECK (micro_credits <> 0 AND (micro_credits > 0 OR kind = 'correction')),
    at            timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, subject, kind, lot_id)
);

CREATE VIEW ledger_postings WITH (security_invoker = true) AS
SELECT e.account_id, e.subject, e.kind, e.lot_id, e.at, p.ledger_account, p.sign * e.micro_credits AS micro_credits
FROM ledger_entries e
JOIN (VALUES
    ('purchase', 'cash', -1), ('purchase', 'customer', 1),
    ('bonus', 'promotion', -1), ('bonus', 'customer', 1),
    ('charge', 'customer', -1), ('charge', 'earned', 1),
    ('refund', 'earned', -1), ('refund', 'customer', 1),
    ('expiry', 'customer', -1), ('expiry', 'breakage', 1),
    ('correction', 'correction', -1), ('correction', 'customer', 1)
) AS p (kind, ledger_account, sign) ON p.kind = e.kind;

-- ---------------------------------------------------------------- messages

-- What was asked for and how it was judged: written once, never changed.
-- Ids are UUIDv7, so partitions by id are partitions by time.
CREATE TABLE messages (
    account_id    bigint NOT NULL,
    id            uuid NOT NULL,
    door          text NOT NULL,
    sender        text NOT NULL,
    recipient     text NOT NULL,
    country       text,
    category      text NOT NULL,
    text          text NOT NULL,
    encoding      text NOT NULL,
    parts         smallint NOT NULL,
    reference     text NOT NULL DEFAULT '',
    due_at        timestamptz,
    receipt       boolean NOT NULL DEFAULT false,
    validity_s    integer,
    micro_credits bigint NOT NULL,
    text_key      bigint NOT NULL,
    similarity    bigint,
    -- allow, note, defer, hold or refuse, and the whole judgement
    action        text NOT NULL,
    verdict       jsonb NOT NULL,
    -- the SMPP login it came from, so that its receipts find their way back
    system_id     text,
    PRIMARY KEY (account_id, id)
) PARTITION BY RANGE (id);
CREATE INDEX messages_by_recipient ON messages (account_id, recipient, id);

-- Where it is in its life: small rows, updated in place.
CREATE TABLE message_life (
    account_id    bigint NOT NULL,
    id            uuid NOT NULL,
    state         text NOT NULL,
    -- one state per part, in order; empty until parts are handed to a carrier
    part_states   text[] NOT NULL DEFAULT '{}',
    detail        smallint NOT NULL DEFAULT 0,
    carrier_id    bigint,
    submitted_at  timestamptz,
    settled_at    timestamptz,
    PRIMARY KEY (account_id, id)
) PARTITION BY RANGE (id);

CREATE TABLE messages_otherwise PARTITION OF messages DEFAULT;
CREATE TABLE message_life_otherwise PARTITION OF message_life DEFAULT WITH (fillfactor = 40);

-- Makes the partitions of one UTC day; says whether they were missing.
CREATE FUNCTION make_message_partitions(day date) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    low  uuid := lower_id(day::timestamp AT TIME ZONE 'UTC');
    high uuid := lower_id((day + 1)::timestamp AT TIME ZONE 'UTC');
    name text := to_char(day, 'YYYYMMDD');
BEGIN
    IF to_regclass('messages_' || name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF messages FOR VALUES FROM (%L) TO (%L)', 'messages_' || name, low, high);
    EXECUTE format('CREATE TABLE %I PARTITION OF message_life FOR VALUES FROM (%L) TO (%L) WITH (fillfactor = 40)',
                   'message_life_' || name, low, high);
    PERFORM guard_tenant_table('messages_' || name), guard_tenant_table('message_life_' || name);
    RETURN true;
END $$;

-- The smallest UUIDv7 of an instant.
CREATE FUNCTION lower_id(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT (lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- What waits to be handed to a carrier. A row is what is left to do, so it is deleted when done.
CREATE TABLE queue (
    account_id    bigint NOT NULL,
    message_id    uuid NOT NULL,
    route_prefix  text NOT NULL,
    due_at        timestamptz NOT NULL,
    attempt       smallint NOT NULL DEFAULT 0,
    -- scheduled by the customer: may be listed and cancelled at /v1/outbox
    scheduled     boolean NOT NULL DEFAULT false,
    number        bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (account_id, message_id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
-- Accounts take turns: within a route each account's oldest come first.
CREATE INDEX queue_turns ON queue (route_prefix, account_id, due_at, message_id);
CREATE INDEX queue_outbox ON queue (account_id, number) WHERE scheduled;

-- The processes that hand messages to carriers; one that stops renewing is taken for dead.
CREATE TABLE dispatchers (
    dispatcher_id uuid PRIMARY KEY,
    alive_until   timestamptz NOT NULL
);

-- Between submit_sm and its answer. After a crash just these rows are ambiguous.
CREATE TABLE in_flight (
    account_id    bigint NOT NULL,
    message_id    uuid NOT NULL,
    dispatcher_id uuid NOT NULL,
    carrier_id    bigint NOT NULL,
    route_prefix  text NOT NULL,
    due_at        timestamptz NOT NULL,
    attempt       smallint NOT NULL,
    claimed_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, message_id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

-- Ids that carriers gave to parts, until their receipt came.
CREATE TABLE awaited_receipts (
    carrier_id    bigint NOT NULL,
    smsc_key      text NOT NULL,
    account_id    bigint NOT NULL,
    message_id    uuid NOT NULL,
    part          smallint NOT NULL,
    at            timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (carrier_id, smsc_key)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

-- Receipts that came before the answer to their submit_sm was stored, or that nobody awaits.
CREATE TABLE unmatched_receipts (
    carrier_id    bigint NOT NULL,
    smsc_key      text NOT NULL,
    state         text NOT NULL,
    detail        smallint NOT NULL DEFAULT 0,
    at            timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (carrier_id, smsc_key)
);

-- The answer to a send with an Idempotency-Key.
CREATE TABLE idempotency (
    account_id    bigint NOT NULL,
    key           text NOT NULL,
    fingerprint   bytea NOT NULL,
    message_ids   uuid[] NOT NULL,
    at            timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, key)
);
CREATE INDEX idempotency_by_age ON idempotency (at);

-- ---------------------------------------------------------------- inbound

CREATE TABLE inbox (
    account_id    bigint NOT NULL REFERENCES accounts,
    number        bigint GENERATED ALWAYS AS IDENTITY,
    kind          text NOT NULL DEFAULT 'sms' CHECK (kind IN ('sms', 'call')),
    sender        text NOT NULL,
    receiver      text NOT NULL,
    text          text NOT NULL,
    at            timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, number)
);
CREATE INDEX inbox_by_sender ON inbox (account_id, sender, number);

-- Messages to numbers that no account holds; kept for the operator.
CREATE TABLE inbound_unclaimed (
    number        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    carrier_id    bigint NOT NULL,
    sender        text NOT NULL,
    receiver      text NOT NULL,
    text          text NOT NULL,
    at            timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE inbound_parts (
    carrier_id    bigint NOT NULL,
    sender        text NOT NULL,
    receiver      text NOT NULL,
    reference     integer NOT NULL,
    total         smallint NOT NULL,
    sequence      smallint NOT NULL,
    text          text NOT NULL,
    at            timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (carrier_id, sender, receiver, reference, total, sequence)
);
CREATE INDEX inbound_parts_by_age ON inbound_parts (at);

-- ---------------------------------------------------------------- consent

CREATE TABLE opt_outs (
    account_id    bigint NOT NULL REFERENCES accounts,
    recipient     text NOT NULL,
    -- how it came: reply, api, carrier
    source        text NOT NULL,
    memo          text NOT NULL DEFAULT '',
    at            timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, recipient)
);

CREATE TABLE consents (
    account_id    bigint NOT NULL REFERENCES accounts,
    number        bigint GENERATED ALWAYS AS IDENTITY,
    recipient     text NOT NULL,
    brand         text NOT NULL,
    purpose       text NOT NULL,
    wording       text NOT NULL,
    channel       text NOT NULL,
    at            timestamptz NOT NULL,
    proof         text NOT NULL,
    withdrawn_at  timestamptz,
    recorded_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, number),
    UNIQUE (account_id, recipient, brand, purpose, at)
);

-- ---------------------------------------------------------------- changes reach every process

CREATE FUNCTION tell_new_lot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('comity_changes', 'lots');
    RETURN NULL;
END $$;
CREATE TRIGGER tell_new_lot AFTER INSERT ON lots FOR EACH STATEMENT EXECUTE FUNCTION tell_new_lot();

CREATE FUNCTION tell_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('comity_changes', TG_TABLE_NAME);
    RETURN NULL;
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['accounts', 'api_keys', 'policy_acceptances', 'policy_versions', 'sender_grants',
                                'carriers', 'routes', 'prices'] LOOP
        EXECUTE format('CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION tell_change()', name);
    END LOOP;
END $$;

-- ---------------------------------------------------------------- the walls between accounts

CREATE FUNCTION guard_tenant_table(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON %I TO comity_tenant
                    USING (account_id = nullif(current_setting(''comity.account'', true), '''')::bigint)', name);
    EXECUTE format('CREATE POLICY road ON %I TO comity_road USING (true) WITH CHECK (true)', name);
    -- What a signed-in user may write is granted table by table: money, standing and evidence never.
    EXECUTE format('GRANT SELECT ON %I TO comity_tenant', name);
END $$;

SELECT guard_tenant_table(name) FROM unnest(ARRAY[
    'accounts', 'api_keys', 'policy_acceptances', 'sender_grants', 'lots', 'ledger_entries', 'messages', 'message_life',
    'messages_otherwise', 'message_life_otherwise', 'queue', 'in_flight', 'awaited_receipts', 'idempotency', 'inbox',
    'opt_outs', 'consents']) AS name;

GRANT INSERT, DELETE ON opt_outs TO comity_tenant;
REVOKE EXECUTE ON FUNCTION make_message_partitions(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_message_partitions(date) TO comity_road;

-- Ends the statement when a condition that must hold does not; the caller reloads its facts and tries again.
CREATE FUNCTION insist(holds boolean) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF holds IS NOT TRUE THEN
        RAISE EXCEPTION 'facts changed while judging' USING ERRCODE = 'CM001';
    END IF;
    RETURN true;
END $$;
