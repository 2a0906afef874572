-- Cases, those who review them, and holds.

-- ---------------------------------------------------------------- who works at the desk, and what keys may do

CREATE TABLE staff (
    person       text PRIMARY KEY CHECK (person <> ''),
    role         text NOT NULL CHECK (role IN ('reviewer', 'senior', 'operator')),
    client_id    text NOT NULL UNIQUE,
    secret_hash  bytea NOT NULL,
    added_at     timestamptz NOT NULL DEFAULT now(),
    removed_at   timestamptz
);
ALTER TABLE staff ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON staff TO comity_road USING (true) WITH CHECK (true);

-- What a customer's key may do; keys from before may do all.
ALTER TABLE api_keys
    ADD COLUMN scopes text[] NOT NULL DEFAULT '{read,send,consents,cases,billing}'
        CHECK (scopes <@ '{read,send,consents,cases,billing}' AND cardinality(scopes) > 0);

-- The answer to a POST of /api with an Idempotency-Key; without a status while it is being done.
CREATE TABLE repeated_answers (
    -- account:NUMBER or staff:PERSON
    holder       text NOT NULL,
    key          text NOT NULL,
    fingerprint  bytea NOT NULL,
    status       smallint,
    body         bytea NOT NULL DEFAULT '',
    at           timestamptz NOT NULL,
    PRIMARY KEY (holder, key)
);
CREATE INDEX repeated_answers_by_age ON repeated_answers (at);
ALTER TABLE repeated_answers ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON repeated_answers TO comity_road USING (true) WITH CHECK (true);

-- ---------------------------------------------------------------- cases

ALTER TABLE cases DROP CONSTRAINT cases_kind_check;
ALTER TABLE cases DROP CONSTRAINT cases_state_check;
ALTER TABLE cases DROP CONSTRAINT cases_account_id_kind_policy_key;
UPDATE cases SET kind = 'look-back' WHERE kind = 'backtest';
ALTER TABLE cases
    ALTER COLUMN account_id DROP NOT NULL,
    ALTER COLUMN policy SET DEFAULT '',
    -- what it is called outside: numbers would tell how many there are
    ADD COLUMN id uuid NOT NULL DEFAULT uuidv7() UNIQUE,
    -- 0 first, as with routes; then what is due first, then the oldest
    ADD COLUMN priority smallint NOT NULL DEFAULT 50 CHECK (priority BETWEEN 0 AND 100),
    ADD COLUMN due_at timestamptz,
    ADD COLUMN assigned_to text NOT NULL DEFAULT '',
    -- it was escalated: only a senior decides it
    ADD COLUMN senior boolean NOT NULL DEFAULT false,
    -- the last decision: confirm or overturn, by whom, when, why
    ADD COLUMN outcome text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'confirm', 'overturn')),
    ADD COLUMN decided_by text NOT NULL DEFAULT '',
    ADD COLUMN decided_at timestamptz,
    ADD COLUMN reason text NOT NULL DEFAULT '',
    -- of a hold: the rule, and the template of the texts; what further messages join it by
    ADD COLUMN subject text NOT NULL DEFAULT '',
    ADD COLUMN facts jsonb NOT NULL DEFAULT '{}',
    -- whether its account may see it
    ADD COLUMN visible boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT cases_kind_check CHECK (kind IN (
        'hold', 'import', 'sender', 'complaint', 'proof', 'disclosure', 'appeal', 'standing', 'probing', 'resale',
        'look-back')),
    ADD CONSTRAINT cases_state_check CHECK (state IN ('open', 'assigned', 'waiting', 'escalated', 'decided', 'closed'));
-- the same look back opens a case once
CREATE UNIQUE INDEX cases_by_policy ON cases (account_id, policy) WHERE kind = 'look-back';
CREATE INDEX cases_queue ON cases (priority, coalesce(due_at, 'infinity'), case_id)
    WHERE state IN ('open', 'assigned', 'waiting', 'escalated');
CREATE INDEX cases_by_account ON cases (account_id, case_id);
CREATE INDEX cases_joined ON cases (account_id, subject)
    WHERE kind = 'hold' AND state IN ('open', 'assigned', 'waiting', 'escalated');

ALTER TABLE case_messages
    ALTER COLUMN findings SET DEFAULT '[]',
    -- what the decision did with it: released, refused, or nothing because it was held no more
    ADD COLUMN effect text NOT NULL DEFAULT '' CHECK (effect IN ('', 'released', 'refused', 'none'));
CREATE INDEX case_messages_by_message ON case_messages (account_id, message_id);

-- Everything that happened to a case; never changed.
CREATE TABLE case_events (
    event_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id    bigint NOT NULL REFERENCES cases,
    account_id bigint,
    at         timestamptz NOT NULL,
    -- a person of the staff, the account, or the part of the gateway that did it
    by         text NOT NULL CHECK (by <> ''),
    event      text NOT NULL,
    words      text NOT NULL DEFAULT '',
    facts      jsonb NOT NULL DEFAULT '{}',
    -- whether the case's account may read it
    visible    boolean NOT NULL DEFAULT false
);
CREATE INDEX case_events_by_case ON case_events (case_id, event_id);
CREATE TRIGGER never_change BEFORE UPDATE OR DELETE ON case_events FOR EACH ROW EXECUTE FUNCTION never_change();

-- Who opened which text, when and why; never changed. The account sees it from an instant on: at once, or, by a legal
-- order, later.
CREATE TABLE text_openings (
    opening_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id    bigint NOT NULL REFERENCES cases,
    account_id bigint NOT NULL REFERENCES accounts,
    message_id uuid NOT NULL,
    person     text NOT NULL CHECK (person <> ''),
    reason     text NOT NULL CHECK (reason <> ''),
    at         timestamptz NOT NULL,
    visible_at timestamptz NOT NULL CHECK (visible_at >= at),
    -- which order delays it; empty for none
    legal_order text NOT NULL DEFAULT '' CHECK ((legal_order = '') = (visible_at = at))
);
CREATE INDEX text_openings_by_account ON text_openings (account_id, opening_id);
CREATE TRIGGER never_change BEFORE UPDATE OR DELETE ON text_openings FOR EACH ROW EXECUTE FUNCTION never_change();

-- An account sees of its cases those that it is told of, and nothing of anybody else's.
CREATE POLICY tenant ON cases TO comity_tenant
    USING (visible AND account_id = nullif(current_setting('comity.account', true), '')::bigint);
GRANT SELECT ON cases TO comity_tenant;
ALTER TABLE case_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON case_events TO comity_road USING (true) WITH CHECK (true);
CREATE POLICY tenant ON case_events TO comity_tenant
    USING (visible AND account_id = nullif(current_setting('comity.account', true), '')::bigint);
GRANT SELECT ON case_events TO comity_tenant;
CREATE POLICY tenant ON case_messages TO comity_tenant
    USING (account_id = nullif(current_setting('comity.account', true), '')::bigint
           AND EXISTS (SELECT FROM cases c WHERE c.case_id = case_messages.case_id));
GRANT SELECT ON case_messages TO comity_tenant;
ALTER TABLE text_openings ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON text_openings TO comity_road USING (true) WITH CHECK (true);
CREATE POLICY tenant ON text_openings TO comity_tenant
    USING (account_id = nullif(current_setting('comity.account', true), '')::bigint
           AND (legal_order = '' OR visible_at <= now()));
GRANT SELECT ON text_openings TO comity_tenant;

-- ---------------------------------------------------------------- holds

-- Opens or joins the case of a held message, in the commit that holds it: one for each account, rule and template. Once
-- an account has fifty of a rule, its further texts share one. What is sealed has a case of its own.
-- A case that is being decided this moment is not waited for: acceptance must not stand behind reviewers.
CREATE FUNCTION join_hold(account bigint, message uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    held   record;
    rule   text;
    about  text;
    joined bigint;
    opened timestamptz := uuid_extract_timestamp(message);
BEGIN
    SELECT m.category, m.template, f.finding, f.findings, f.sealed INTO held
    FROM messages m
    CROSS JOIN LATERAL (
        SELECT (array_agg(e.finding ORDER BY e.place) FILTER (WHERE e.finding ->> 'action' = 'hold'))[1] AS finding,
               coalesce(jsonb_agg(jsonb_build_object(
                   'rule', e.finding -> 'rule', 'action', e.finding -> 'action', 'clauses', e.finding -> 'clauses'
               ) ORDER BY e.place), '[]') AS findings,
               coalesce(bool_or(e.finding ? 'seal'), false) AS sealed
        FROM jsonb_array_elements(m.verdict -> 'findings') WITH ORDINALITY AS e (finding, place)
        WHERE coalesce((e.finding ->> 'enforced')::boolean, true)
    ) f
    WHERE m.account_id = account AND m.id = message;
    IF NOT FOUND OR held.sealed THEN
        RETURN;
    END IF;
    rule := coalesce(held.finding ->> 'rule', 'degraded');
    about := rule || coalesce(':' || held.template, '');
    joined := coalesce(open_hold(account, about), open_hold(account, rule || ':*'));
    IF joined IS NULL THEN
        -- Whoever comes first opens it; the others wait for that commit, and join.
        PERFORM pg_advisory_xact_lock(hashtextextended(account || ' ' || rule, 7236828411514));
        joined := coalesce(open_hold(account, about), open_hold(account, rule || ':*'));
    END IF;
    IF joined IS NULL THEN
        IF held.template IS NOT NULL AND (
            SELECT count(*) >= 50 FROM cases c
            WHERE c.account_id = account AND c.kind = 'hold' AND c.state IN ('open', 'assigned', 'waiting', 'escalated')
              AND starts_with(c.subject, rule || ':')
        ) THEN
            about := rule || ':*';
        END IF;
        INSERT INTO cases (account_id, kind, title, opened_by, opened_at, priority, due_at, subject, visible, facts)
        SELECT account, 'hold', 'Held by ' || rule, 'acceptance', opened, p.priority,
               opened + p.within, about, true, jsonb_build_object(
                   'rule', rule, 'clauses', coalesce(held.finding -> 'clauses', '[]'),
                   'category', held.category, 'score', coalesce(held.finding -> 'score', '1.0'))
        FROM (VALUES ('alert', 10, interval '1 hour'), ('otp', 20, interval '1 hour'),
                     ('transactional', 40, interval '4 hours'), ('promotional', 60, interval '24 hours'))
             AS p (category, priority, within)
        WHERE p.category = held.category
        RETURNING case_id INTO joined;
        INSERT INTO case_events (case_id, account_id, at, by, event, visible)
        VALUES (joined, account, opened, 'acceptance', 'open', true);
    END IF;
    INSERT INTO case_messages (case_id, account_id, message_id, findings) VALUES (joined, account, message, held.findings)
    ON CONFLICT DO NOTHING;
END $$;

-- The case that held messages of an account join, kept as it is until the transaction ends; null when there is none.
CREATE FUNCTION open_hold(account bigint, about text) RETURNS bigint LANGUAGE sql AS $$
    SELECT c.case_id
    FROM cases c
    WHERE c.account_id = account AND c.subject = about AND c.kind = 'hold'
      AND c.state IN ('open', 'assigned', 'waiting', 'escalated')
    ORDER BY c.case_id
    LIMIT 1
    FOR SHARE SKIP LOCKED
$$;

CREATE FUNCTION case_of_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM join_hold(NEW.account_id, NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER case_of_hold AFTER INSERT ON message_life
    FOR EACH ROW WHEN (NEW.state = 'held') EXECUTE FUNCTION case_of_hold();

-- What was held before there were cases.
SELECT join_hold(l.account_id, l.id) FROM message_life l WHERE l.state = 'held' ORDER BY l.id;
