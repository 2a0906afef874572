-- Complaints, what they freeze, and how often they may be made.

-- ---------------------------------------------------------------- complaints

CREATE TABLE complaints (
    complaint_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- what it is known by outside (comity.complaints.complaint.new_number)
    number       text NOT NULL UNIQUE,
    -- SHA-256 of what shows its status
    token_hash   bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    channel      text NOT NULL CHECK (channel IN ('form', 'api', 'sms', 'xarf', 'arf', 'staff')),
    kind         text NOT NULL CHECK (kind IN ('spam', 'phishing', 'fraud', 'harassment', 'defamation', 'trademark',
                                               'consent', 'other')),
    -- a state of comity.complaints.life
    state        text NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'linked', 'investigated', 'upheld',
                                                                   'rejected', 'abusive', 'withdrawn', 'closed')),
    -- upheld, rejected or abusive once somebody decided; what is closed keeps it
    outcome      text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'upheld', 'rejected', 'abusive')),
    -- as the reporter has them: digits, the sender as seen, the message, what is said about it
    recipient    text NOT NULL DEFAULT '',
    sender       text NOT NULL DEFAULT '',
    received_at  timestamptz,
    text         text NOT NULL DEFAULT '',
    words        text NOT NULL DEFAULT '',
    -- how to reach who reports, sealed to the key of the evidence log
    reporter_box bytea,
    proven       boolean NOT NULL,
    -- keyed hash of who reports
    reporter_key bytea NOT NULL DEFAULT '',
    -- it has a case of its own, and counts with no other: a claim of right
    apart        boolean NOT NULL DEFAULT false,
    -- of the recipient's number
    country      text,
    -- what it was linked to; the account whose messages they are, and by what these are known
    account_id   bigint REFERENCES accounts,
    template     bigint,
    text_key     bigint,
    -- the highest score of the messages' text that speaks for it
    score        real NOT NULL DEFAULT 0,
    -- the categories of the messages
    categories   text[] NOT NULL DEFAULT '{}',
    -- what it counts against the account's volume
    weight       real NOT NULL DEFAULT 0 CHECK (weight >= 0),
    -- the same reporter's complaint about the same, which counts
    same_as      bigint REFERENCES complaints,
    case_id      bigint REFERENCES cases,
    filed_at     timestamptz NOT NULL,
    decided_at   timestamptz,
    decided_by   text NOT NULL DEFAULT '',
    -- the strike that was given when it was upheld
    strike_id    bigint REFERENCES strikes
);
CREATE INDEX complaints_by_case ON complaints (case_id);
CREATE INDEX complaints_by_account ON complaints (account_id, filed_at) WHERE account_id IS NOT NULL;
CREATE INDEX complaints_by_reporter ON complaints (reporter_key, filed_at);

-- What one reporter says of a day, and fits nothing, has one case.
CREATE INDEX cases_unlinked ON cases (subject)
    WHERE account_id IS NULL AND kind = 'complaint' AND state IN ('open', 'assigned', 'waiting', 'escalated');

-- Messages that a complaint is about.
CREATE TABLE complaint_messages (
    complaint_id bigint NOT NULL REFERENCES complaints,
    account_id   bigint NOT NULL,
    message_id   uuid NOT NULL,
    -- token, text, template, similar, time, or who linked it by hand
    how          text NOT NULL CHECK (how <> ''),
    PRIMARY KEY (complaint_id, account_id, message_id)
);

-- What happened to a complaint; never changed.
CREATE TABLE complaint_events (
    event_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    complaint_id bigint NOT NULL REFERENCES complaints,
    at           timestamptz NOT NULL,
    event        text NOT NULL CHECK (event <> ''),
    -- a person of the staff, 'reporter' or 'comity'
    by           text NOT NULL CHECK (by <> ''),
    words        text NOT NULL DEFAULT '',
    -- whether the reporter reads it
    told         boolean NOT NULL DEFAULT false
);
CREATE INDEX complaint_events_by_complaint ON complaint_events (complaint_id, event_id);
CREATE TRIGGER never_change BEFORE UPDATE OR DELETE ON complaint_events FOR EACH ROW EXECUTE FUNCTION never_change();

-- ---------------------------------------------------------------- freezes

CREATE TABLE freezes (
    freeze_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- whose traffic, with that of its subaccounts; null for everybody's
    account_id   bigint REFERENCES accounts,
    kind         text NOT NULL CHECK (kind IN ('template', 'text', 'sender')),
    -- the template's or text's key in decimal, or the sender's canonical key
    key          text NOT NULL CHECK (key <> ''),
    -- comity.text.similar.similarity_hash; 0 for none. No further from it than `distance` is stopped too.
    similarity   bigint NOT NULL DEFAULT 0,
    distance     smallint NOT NULL DEFAULT 0 CHECK (distance BETWEEN 0 AND 64),
    -- one-time codes and alerts are stopped too
    codes        boolean NOT NULL DEFAULT false,
    -- comity.complaints.life.FreezeState
    state        text NOT NULL CHECK (state IN ('proposed', 'in-force', 'confirmed', 'lapsed', 'declined', 'lifted',
                                                'upheld')),
    why          text NOT NULL CHECK (why <> ''),
    -- the person who asked for it, or 'comity'
    by           text NOT NULL CHECK (by <> ''),
    complaint_id bigint REFERENCES complaints,
    -- the case of what it holds, and its id as its account writes it
    case_id      bigint NOT NULL REFERENCES cases,
    case_wire    text NOT NULL UNIQUE,
    begun_at     timestamptz NOT NULL,
    -- when it ends by itself; null once a person confirmed it
    lapses_at    timestamptz,
    ended_at     timestamptz,
    ended_by     text NOT NULL DEFAULT '',
    ended_why    text NOT NULL DEFAULT '',
    CHECK ((ended_at IS NOT NULL) = (state IN ('lapsed', 'declined', 'lifted', 'upheld'))),
    CHECK ((ended_at IS NULL) = (ended_by = '')),
    -- Nothing stands still by itself for longer than a person would notice.
    CONSTRAINT nothing_is_frozen_for_good CHECK (state NOT IN ('proposed', 'in-force') OR lapses_at IS NOT NULL),
    CONSTRAINT codes_take_a_person CHECK (NOT codes OR by <> 'comity' OR state NOT IN ('in-force'))
);
CREATE INDEX freezes_open ON freezes (account_id) WHERE state IN ('proposed', 'in-force', 'confirmed');
CREATE UNIQUE INDEX freezes_by_case ON freezes (case_id);
CREATE INDEX freezes_by_complaint ON freezes (complaint_id) WHERE complaint_id IS NOT NULL;
-- Every node loads its accounts anew.
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE ON freezes FOR EACH STATEMENT EXECUTE FUNCTION tell_change();

-- Whether a freeze stops a message; comity.complaints.freezing.stops says the same on the road.
CREATE FUNCTION complaint_frozen(f freezes, category text, sender text, text_key bigint, template bigint, similarity bigint)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (f.codes OR category NOT IN ('otp', 'alert')) AND CASE f.kind
        -- what is kept of a sender is what was shown: a number without its plus, or a name
        WHEN 'sender' THEN f.key = lower(sender)
        ELSE coalesce(f.key = CASE f.kind WHEN 'template' THEN template ELSE text_key END::text, false)
             OR (f.similarity <> 0 AND coalesce(similarity, 0) <> 0
                 AND bit_count((f.similarity # similarity)::bit(64)) <= f.distance)
    END
$$;

-- All cases of what a freeze holds have one subject.
CREATE INDEX cases_frozen ON cases (subject, account_id) WHERE kind = 'hold' AND starts_with(subject, 'traffic-frozen/');

-- The case of what a freeze holds of an account: the freeze's own, or one that this account sees, where the freeze is not
-- the account's own but everybody's or that of an account above it. The account is told of it by the deed that is due.
CREATE FUNCTION freeze_case(f freezes, account bigint, at timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    about text := 'traffic-frozen/' || f.case_id;
    found bigint;
BEGIN
    IF f.account_id = account THEN
        RETURN f.case_id;
    END IF;
    FOR again IN 1..2 LOOP
        SELECT c.case_id INTO found
        FROM cases c
        WHERE c.subject = about AND c.account_id = account AND c.kind = 'hold' AND starts_with(c.subject, 'traffic-frozen/')
        LIMIT 1;
        IF found IS NOT NULL THEN
            RETURN found;
        END IF;
        -- Whoever comes first opens it; the others wait for that commit.
        PERFORM pg_advisory_xact_lock(hashtextextended(account || ' ' || about, 7236828411514));
    END LOOP;
    INSERT INTO cases (account_id, kind, title, opened_by, opened_at, priority, due_at, subject, visible, facts)
    SELECT account, 'hold', c.title, c.opened_by, at, c.priority, c.due_at, about, true,
           c.facts || jsonb_build_object('freeze', f.case_wire)
    FROM cases c WHERE c.case_id = f.case_id
    RETURNING case_id INTO found;
    INSERT INTO case_events (case_id, account_id, at, by, event, visible)
    VALUES (found, account, at, 'complaints', 'open', true);
    INSERT INTO deadlines (kind, subject, account_id, due_at, try_at)
    VALUES ('freeze-again', f.freeze_id || ' tell ' || found, account, at, at)
    ON CONFLICT DO NOTHING;
    RETURN found;
END $$;

-- ---------------------------------------------------------------- how often

-- How often something was done within an hour or a day, by keyed hash of who did it: all nodes count together.
CREATE TABLE complaint_rates (
    key    bytea NOT NULL,
    span   text NOT NULL,
    begun  timestamptz NOT NULL,
    count  integer NOT NULL,
    PRIMARY KEY (key, span, begun)
);
CREATE INDEX complaint_rates_by_age ON complaint_rates (begun);

-- Codes that were sent to numbers to confirm that they are the reporter's.
CREATE TABLE complaint_codes (
    complaint_id bigint PRIMARY KEY REFERENCES complaints,
    code_hash    bytea NOT NULL CHECK (octet_length(code_hash) = 32),
    tries        smallint NOT NULL DEFAULT 0,
    sent_at      timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL
);

-- As whom these codes are sent; without a row none are.
CREATE TABLE complaint_office (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    -- an account of the operator's own
    sent_by  bigint NOT NULL REFERENCES accounts,
    sender   text NOT NULL CHECK (sender <> ''),
    set_by   text NOT NULL,
    set_at   timestamptz NOT NULL
);

-- ---------------------------------------------------------------- what is held joins the case of its freeze

-- As in 0015, and: where a freeze alone holds a message, it joins that freeze's case; where something else does too, the
-- case of that, so that the end of a freeze lets nothing go that another rule holds.
CREATE OR REPLACE FUNCTION join_hold(account bigint, message uuid) RETURNS void LANGUAGE plpgsql AS $$
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
        SELECT (array_agg(e.finding ORDER BY e.finding ->> 'rule' = 'traffic-frozen', e.place)
                FILTER (WHERE e.finding ->> 'action' = 'hold'))[1] AS finding,
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
    IF rule = 'traffic-frozen' THEN
        -- Of a freeze that has ended since too: whoever ends one looks again for what came late.
        INSERT INTO case_messages (case_id, account_id, message_id, findings)
        SELECT freeze_case(f, account, opened), account, message, held.findings
        FROM freezes f
        WHERE f.case_wire = held.finding #>> '{evidence,0,observed}'
        ON CONFLICT DO NOTHING;
        IF FOUND THEN
            RETURN;
        END IF;
    END IF;
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

-- ---------------------------------------------------------------- the walls

-- Who complains is the operator's to know: an account learns what was frozen and decided by its case and its notices.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['complaints', 'complaint_messages', 'complaint_events', 'freezes', 'complaint_rates',
                                'complaint_codes', 'complaint_office'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY road ON %I TO comity_road USING (true) WITH CHECK (true)', name);
    END LOOP;
END $$;
