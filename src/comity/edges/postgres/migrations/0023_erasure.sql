-- Erasure: texts sealed with a random key for each account and number, keys that can be destroyed, how long things are kept.

-- The folder of keys that belongs to this database: a hash of its lookup key. The keys themselves no table knows.
CREATE TABLE body_vault (
    only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    lookup_check bytea NOT NULL CHECK (octet_length(lookup_check) = 32),
    made_at      timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE body_vault ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON body_vault TO comity_road USING (true) WITH CHECK (true);

-- A key for each account and number, wrapped by an epoch's key (comity.edges.vault). Who destroys the row erases what it
-- sealed. Left out of ordinary backups, which would keep copies: docs/how-to/back-up-keys.md.
CREATE TABLE body_keys (
    account_id bigint NOT NULL,
    -- keyed hash of account and number
    subject    bytea NOT NULL CHECK (octet_length(subject) = 16),
    -- the message it was made for: a number's next key has another one
    key_id     uuid NOT NULL,
    wrapped    bytea NOT NULL,
    PRIMARY KEY (account_id, subject)
);
SELECT guard_tenant_table('body_keys');

-- What a box is opened with, and the box; `plain` for what was written before there were boxes. Read as a text by
-- processes that have the vault (comity.edges.postgres.vault_codecs).
CREATE TYPE sealed_text AS (wrapped bytea, account_id bigint, subject bytea, id uuid, box bytea, plain text);
CREATE TYPE sealed_verdict AS (wrapped bytea, account_id bigint, subject bytea, id uuid, box bytea, kept text);

-- A text that is kept a short while on its way, under the epoch's own key.
CREATE TYPE passing_text AS (box bytea, plain text);
CREATE FUNCTION passing_of(plain text) RETURNS passing_text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT ROW(NULL, plain)::passing_text
$$;
CREATE CAST (text AS passing_text) WITH FUNCTION passing_of(text) AS ASSIGNMENT;

ALTER TABLE messages
    ADD COLUMN subject bytea,
    -- text and what the verdict quotes of it; `text` is empty where there is a box
    ADD COLUMN body bytea;
ALTER TABLE inbox
    ADD COLUMN subject bytea,
    ADD COLUMN body bytea,
    ADD COLUMN box_id uuid;

CREATE FUNCTION sealed_text_of(account bigint, about bytea, box_id uuid, box bytea, plain text) RETURNS sealed_text
LANGUAGE sql STABLE AS $$
    SELECT ROW((SELECT k.wrapped FROM body_keys k WHERE k.account_id = account AND k.subject = about), account, about,
               box_id, box, plain)::sealed_text
$$;
CREATE FUNCTION sealed_verdict_of(account bigint, about bytea, box_id uuid, box bytea, verdict jsonb) RETURNS sealed_verdict
LANGUAGE sql STABLE AS $$
    SELECT ROW((SELECT k.wrapped FROM body_keys k WHERE k.account_id = account AND k.subject = about), account, about,
               box_id, box, verdict::text)::sealed_verdict
$$;

-- Makes keys, and insists that all that a batch is sealed with are there until it is committed: an erasure takes the
-- same lock alone, so that nothing is ever sealed with a key that is gone.
--   known ones have no `wrapped`; the arrays are in order of account and subject
CREATE FUNCTION hold_body_keys(accounts bigint[], subjects bytea[], key_ids uuid[], wraps bytea[]) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    made  bigint;
    known bigint;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(body_lock(a.account_id))
    FROM (SELECT DISTINCT u.account_id FROM unnest(accounts) AS u (account_id) ORDER BY 1) a;
    INSERT INTO body_keys (account_id, subject, key_id, wrapped)
    SELECT q.account_id, q.subject, q.key_id, q.wrapped
    FROM unnest(accounts, subjects, key_ids, wraps) AS q (account_id, subject, key_id, wrapped)
    WHERE q.wrapped IS NOT NULL
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS made = ROW_COUNT;
    SELECT count(*) INTO known
    FROM unnest(accounts, subjects, key_ids, wraps) AS q (account_id, subject, key_id, wrapped)
    JOIN body_keys k ON k.account_id = q.account_id AND k.subject = q.subject AND k.key_id = q.key_id
    WHERE q.wrapped IS NULL;
    IF made + known <> cardinality(accounts) THEN
        RAISE EXCEPTION 'keys changed while sealing' USING ERRCODE = 'CM002';
    END IF;
    RETURN true;
END $$;
CREATE FUNCTION body_lock(account bigint) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT 5490000000000000000 + account
$$;

-- Events for webhooks, and what waits for SMPP logins, tell of people too.
ALTER TABLE webhook_events ALTER COLUMN body TYPE passing_text USING passing_of(body);
ALTER TABLE webhook_last_events ALTER COLUMN body TYPE passing_text USING passing_of(body);
CREATE FUNCTION enqueue_events(account_ids bigint[], streams text[], kinds text[], bodies passing_text[])
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    made bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM webhooks w WHERE w.account_id = ANY (account_ids) AND w.disabled_at IS NULL) THEN
        RETURN 0;
    END IF;
    INSERT INTO webhook_events (account_id, webhook_id, stream, kind, body)
    SELECT e.account_id, w.webhook_id, e.stream, e.kind, bodies[e.position]
    FROM unnest(account_ids, streams, kinds) WITH ORDINALITY AS e (account_id, stream, kind, position)
    JOIN webhooks w ON w.account_id = e.account_id AND w.disabled_at IS NULL AND e.kind = ANY (w.types)
    ORDER BY e.position;
    GET DIAGNOSTICS made = ROW_COUNT;
    -- A notification serialises commits, so only those pay that have something to tell.
    IF made > 0 THEN
        PERFORM pg_notify('comity_webhooks', '');
    END IF;
    RETURN made;
END $$;
-- Notices to accounts tell of no recipient, and are written by the database itself.
CREATE OR REPLACE FUNCTION enqueue_events(account_ids bigint[], streams text[], kinds text[], bodies text[])
RETURNS bigint LANGUAGE sql AS $$
    SELECT enqueue_events(account_ids, streams, kinds, ARRAY(SELECT passing_of(b) FROM unnest(bodies) WITH ORDINALITY AS u (b, i) ORDER BY i))
$$;

ALTER TABLE inbound_unclaimed ALTER COLUMN text TYPE passing_text USING passing_of(text);
ALTER TABLE esme_deliveries
    ALTER COLUMN text DROP DEFAULT,
    ALTER COLUMN text TYPE passing_text USING passing_of(text),
    ALTER COLUMN text SET DEFAULT ROW(NULL, '')::passing_text;
DROP FUNCTION enqueue_inbound(bigint[], text[], text[], text[], timestamptz[]);
CREATE FUNCTION enqueue_inbound(
    account_ids bigint[], senders text[], receivers text[], texts passing_text[], instants timestamptz[]
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    made bigint;
BEGIN
    INSERT INTO esme_deliveries (account_id, system_id, stream, kind, sender, recipient, text, at)
    SELECT i.account_id, e.system_id, i.sender || '>' || i.receiver, 'inbound', i.sender, i.receiver, texts[i.position], i.at
    FROM unnest(account_ids, senders, receivers, instants) WITH ORDINALITY
         AS i (account_id, sender, receiver, at, position)
    CROSS JOIN LATERAL (
        SELECT e.system_id FROM esmes e
        WHERE e.account_id = i.account_id AND e.receiver_since IS NOT NULL
        ORDER BY e.receiver_since DESC
        LIMIT 1
    ) e
    ORDER BY i.position;
    GET DIAGNOSTICS made = ROW_COUNT;
    RETURN ring_esmes(made);
END $$;

-- Texts to report numbers, until they are filed.
ALTER TABLE report_texts ALTER COLUMN text TYPE passing_text USING passing_of(text);
ALTER TABLE report_halves ALTER COLUMN text TYPE passing_text USING passing_of(text);

-- Read as what stands for the number by processes that have the vault.
CREATE TYPE contact AS (account_id bigint, number text);

-- What accounts asked to erase, and what came of it. The number itself is kept until it is done, under the epoch's key;
-- what stands for it stays, so that no backup of keys brings an erased one back.
CREATE TABLE erasures (
    account_id bigint NOT NULL REFERENCES accounts,
    erasure_id uuid NOT NULL DEFAULT uuidv7(),
    subject    bytea NOT NULL CHECK (octet_length(subject) = 16),
    number     passing_text,
    -- comity.evidence.erasing.State
    state      text NOT NULL CHECK (state IN ('asked', 'waiting', 'preserved', 'done')),
    asked_by   text NOT NULL CHECK (asked_by <> ''),
    asked_at   timestamptz NOT NULL,
    tried_at   timestamptz,
    done_at    timestamptz,
    -- what was destroyed, by kind; and what is kept, with why
    destroyed  jsonb NOT NULL DEFAULT '{}',
    kept       jsonb NOT NULL DEFAULT '[]',
    PRIMARY KEY (account_id, erasure_id),
    CHECK ((state = 'done') = (done_at IS NOT NULL)),
    CHECK (state <> 'done' OR number IS NULL)
);
CREATE UNIQUE INDEX erasures_open ON erasures (account_id, subject) WHERE state <> 'done';
CREATE INDEX erasures_by_subject ON erasures (account_id, subject);
SELECT guard_tenant_table('erasures');

-- How long things are kept, in days: the most particular rule counts, a country's before a category's. '' is any.
CREATE TABLE retention_rules (
    what     text NOT NULL CHECK (what IN ('texts', 'replies', 'unclaimed', 'numbers', 'consents')),
    category text NOT NULL DEFAULT '' CHECK (category IN ('', 'promotional', 'transactional', 'otp', 'alert')),
    country  text NOT NULL DEFAULT '' CHECK (country ~ '^([A-Z]{2})?$'),
    days     integer NOT NULL CHECK (days BETWEEN 1 AND 36500),
    why      text NOT NULL CHECK (why <> ''),
    set_by   text NOT NULL DEFAULT 'comity',
    set_at   timestamptz NOT NULL DEFAULT now(),
    -- everything older than this is gone already
    done_to  timestamptz NOT NULL DEFAULT '2000-01-01T00:00:00Z',
    PRIMARY KEY (what, category, country)
);
ALTER TABLE retention_rules ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON retention_rules TO comity_road USING (true) WITH CHECK (true);
INSERT INTO retention_rules (what, category, days, why) VALUES
    ('texts', '', 180, 'Complaints, disputes about charges and appeals come within months.'),
    ('texts', 'otp', 30, 'A code is of use for minutes; a dispute about its text is rare after a month.'),
    ('texts', 'promotional', 365, 'What was promoted to whom is asked for when consent is disputed.'),
    ('replies', '', 365, 'A reply may be a withdrawal or a consent; what it led to is in the evidence log.'),
    ('unclaimed', '', 30, 'Nobody holds the number it was sent to; the operator looks into it within a month.'),
    ('numbers', '', 730, 'Bills and rates of complaints are disputed within two years.'),
    ('consents', '', 1825, 'That somebody agreed must be shown as long as a claim can be brought; counted from its end.');

-- Days that a rule gives; null for none.
CREATE FUNCTION retention_days(about text, of_category text, of_country text) RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT r.days FROM retention_rules r
    WHERE r.what = about AND r.category IN ('', of_category) AND r.country IN ('', coalesce(of_country, ''))
    ORDER BY r.country = '', r.category = ''
    LIMIT 1
$$;

-- The epoch whose key sealed a box (comity.edges.vault).
CREATE FUNCTION epoch_of(box bytea) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT (get_byte(box, 0) << 24) + (get_byte(box, 1) << 16) + (get_byte(box, 2) << 8) + get_byte(box, 3)
$$;
