-- Use of an account that is so unlike its past that somebody must vouch for it: from a new country, or far more of it.

-- A list of a further kind: where addresses were handed out (comity.accounts.whereabouts).
ALTER TABLE lists DROP CONSTRAINT lists_kind_check;
ALTER TABLE lists ADD CONSTRAINT lists_kind_check CHECK (kind IN ('links', 'numbers', 'addresses'));

-- Countries that an account said it is used from.
CREATE TABLE account_places (
    account_id  bigint NOT NULL REFERENCES accounts,
    country     text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    declared_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, country)
);
SELECT guard_tenant_table('account_places');

-- Whence each key and SMPP login was used: a row for each network, never one for a request. Rows are forgotten when they
-- are older than a policy looks back.
CREATE TABLE key_origins (
    account_id bigint NOT NULL REFERENCES accounts,
    -- a client id or a system id
    key        text NOT NULL,
    -- ISO 3166-1 alpha-2; '' where no list said so
    country    text NOT NULL CHECK (country ~ '^([A-Z]{2})?$'),
    -- 256 addresses, or a /48 (comity.accounts.challenges.network_of); '' where the address was none
    network    text NOT NULL,
    first_at   timestamptz NOT NULL,
    last_at    timestamptz NOT NULL,
    PRIMARY KEY (account_id, key, country, network)
);
CREATE INDEX key_origins_by_age ON key_origins (last_at);
SELECT guard_tenant_table('key_origins');

CREATE TABLE challenges (
    challenge_id uuid PRIMARY KEY DEFAULT uuidv7(),
    account_id   bigint NOT NULL REFERENCES accounts,
    -- comity.accounts.challenges.Kind and State
    kind         text NOT NULL CHECK (kind IN ('country', 'volume')),
    state        text NOT NULL CHECK (state IN ('open', 'lapsed', 'confirmed', 'denied')),
    -- the key or login, and whence, 'ZZ' for further countries together; '' for a volume
    key          text NOT NULL DEFAULT '',
    country      text NOT NULL DEFAULT '',
    network      text NOT NULL DEFAULT '',
    -- what was seen, in words and figures
    facts        jsonb NOT NULL DEFAULT '{}',
    -- what is held waits there
    case_id      bigint NOT NULL UNIQUE REFERENCES cases,
    opened_at    timestamptz NOT NULL,
    -- null until the account was told
    answer_by    timestamptz,
    ended_at     timestamptz,
    -- how it was answered: comity.accounts.challenges.Event, by whom, in what words
    how          text NOT NULL DEFAULT '',
    ended_by     text NOT NULL DEFAULT '',
    why          text NOT NULL DEFAULT '',
    -- of a volume that was confirmed: until when more is let through
    free_until   timestamptz,
    CHECK ((kind = 'country') = (key <> '' AND country <> '')),
    CHECK ((ended_at IS NOT NULL) = (state IN ('confirmed', 'denied'))),
    CHECK ((ended_at IS NULL) = (ended_by = ''))
);
CREATE UNIQUE INDEX challenges_stopping ON challenges (account_id, kind, key, country) WHERE state IN ('open', 'lapsed');
CREATE INDEX challenges_by_account ON challenges (account_id, challenge_id);
CREATE INDEX challenges_by_key ON challenges (key, country) WHERE kind = 'country';
SELECT guard_tenant_table('challenges');
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE ON challenges FOR EACH STATEMENT EXECUTE FUNCTION tell_change();

-- The code of a challenge: a keyed hash, the tries that are left, and until when it counts. Gone with the challenge.
CREATE TABLE challenge_codes (
    challenge_id uuid PRIMARY KEY REFERENCES challenges,
    code_hash    bytea NOT NULL CHECK (octet_length(code_hash) = 32),
    tries_left   smallint NOT NULL CHECK (tries_left >= 0),
    -- of the key that is asked about, and from a place that is
    tries_left_there smallint NOT NULL CHECK (tries_left_there >= 0),
    expires_at   timestamptz NOT NULL
);

-- Letters that are no notices, for whoever holds a key reads those, or since they go to somebody without an account. Gone,
-- with the secret they carry, once sent or given up.
CREATE TABLE letters (
    mail_id       uuid PRIMARY KEY DEFAULT uuidv7(),
    kind          text NOT NULL CHECK (kind IN ('takedown-proof', 'team-invitation', 'challenge-code')),
    -- the id of what it is about, by its kind
    about         text NOT NULL,
    -- whom it greets; null for somebody without an account
    account_id    bigint REFERENCES accounts,
    address       passing_text NOT NULL,
    summary       passing_text NOT NULL,
    left_at       timestamptz NOT NULL,
    attempt       smallint NOT NULL DEFAULT 0,
    due_at        timestamptz NOT NULL,
    claimed_until timestamptz,
    claimed_by    uuid
);
CREATE INDEX letters_due ON letters (due_at);
CREATE INDEX letters_about ON letters (kind, about);
INSERT INTO letters (mail_id, kind, about, address, summary, left_at, attempt, due_at, claimed_until, claimed_by)
SELECT m.mail_id, 'takedown-proof', m.takedown_id::text, passing_of(m.address), passing_of(m.summary), m.left_at, m.attempt,
       m.due_at, m.claimed_until, m.claimed_by
FROM takedown_mails m;
DROP TABLE takedown_mails;
ALTER TABLE challenge_codes ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON challenge_codes TO comity_road USING (true) WITH CHECK (true);
ALTER TABLE letters ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON letters TO comity_road USING (true) WITH CHECK (true);

-- A challenge with its case, for what is held. Gives the one that stops the same already, where there is one.
CREATE FUNCTION open_challenge(account bigint, about text, of_key text, whence text, net text, seen jsonb, at timestamptz)
RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    found uuid;
    held  bigint;
    rule  text := CASE about WHEN 'country' THEN 'key-from-new-country' ELSE 'sudden-volume' END;
BEGIN
    FOR again IN 1..3 LOOP
        SELECT c.challenge_id INTO found FROM challenges c
        WHERE c.account_id = account AND c.kind = about AND c.key = of_key AND c.country = whence
          AND c.state IN ('open', 'lapsed');
        IF found IS NOT NULL THEN
            RETURN found;
        END IF;
        IF again = 1 THEN
            -- Whoever comes first opens it; the others wait for that commit.
            PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws(' ', account, about, of_key), 5170923344187));
        ELSE
            EXIT WHEN about <> 'country' OR whence = 'ZZ' OR 3 > (
                SELECT count(*) FROM challenges c
                WHERE c.account_id = account AND c.kind = about AND c.key = of_key AND c.state IN ('open', 'lapsed'));
            -- From wherever a key is used besides, that is one more challenge: nobody is buried in mails and cases.
            whence := 'ZZ';
        END IF;
    END LOOP;
    found := uuidv7();
    INSERT INTO cases (account_id, kind, title, opened_by, opened_at, priority, subject, visible, facts)
    VALUES (account, 'hold', 'Held by ' || rule || ' until the account answers', 'acceptance', at, 70,
            'challenge/' || found, true,
            jsonb_build_object('rule', rule, 'clauses', jsonb_build_array('U15'), 'challenge', found))
    RETURNING case_id INTO held;
    INSERT INTO case_events (case_id, account_id, at, by, event, visible)
    VALUES (held, account, at, 'acceptance', 'open', true);
    INSERT INTO challenges (challenge_id, account_id, kind, state, key, country, network, facts, case_id, opened_at)
    VALUES (found, account, about, 'open', of_key, whence, net, seen, held, at);
    -- Who has to know of it is told by a deed that is due at once.
    INSERT INTO deadlines (kind, subject, account_id, due_at, try_at) VALUES ('challenge-tell', found::text, account, at, at)
    ON CONFLICT DO NOTHING;
    RETURN found;
END $$;

-- Puts a message that challenges alone hold into the case of its challenge; false where it is the matter of others. What
-- comes late, from a node that had not heard of the end, is let go or refused by a deed like the rest.
CREATE FUNCTION join_challenge(account bigint, message uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    held   record;
    about  challenges;
    named  text;
    opened timestamptz := uuid_extract_timestamp(message);
BEGIN
    SELECT f.finding, f.findings INTO held
    FROM messages m
    CROSS JOIN LATERAL (
        SELECT (array_agg(e.finding ORDER BY e.finding ->> 'rule' = 'sudden-volume')
                FILTER (WHERE e.finding ->> 'rule' IN ('key-from-new-country', 'sudden-volume')))[1] AS finding,
               bool_and(e.finding ->> 'rule' IN ('key-from-new-country', 'sudden-volume'))
                   FILTER (WHERE e.finding ->> 'action' = 'hold') AS alone,
               coalesce(jsonb_agg(jsonb_build_object(
                   'rule', e.finding -> 'rule', 'action', e.finding -> 'action', 'clauses', e.finding -> 'clauses'
               ) ORDER BY e.place), '[]') AS findings
        FROM jsonb_array_elements(m.verdict -> 'findings') WITH ORDINALITY AS e (finding, place)
        WHERE coalesce((e.finding ->> 'enforced')::boolean, true)
    ) f
    WHERE m.account_id = account AND m.id = message AND f.alone AND f.finding ->> 'action' = 'hold';
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    named := coalesce(held.finding #>> '{evidence,0,observed}', '');
    IF held.finding ->> 'rule' = 'sudden-volume' AND named = '' THEN
        -- The first message too many. In a statement of its own: the next one sees what it wrote.
        named := open_challenge(account, 'volume', '', '', '', jsonb_build_object(
            'span', held.finding #> '{evidence,1,what}', 'observed', held.finding #> '{evidence,1,observed}',
            'limit', held.finding #> '{evidence,1,limit}'), opened)::text;
    END IF;
    SELECT c.* INTO about FROM challenges c WHERE c.account_id = account AND c.challenge_id::text = named;
    IF about.challenge_id IS NULL THEN
        RETURN false;
    END IF;
    INSERT INTO case_messages (case_id, account_id, message_id, findings)
    VALUES (about.case_id, account, message, held.findings)
    ON CONFLICT DO NOTHING;
    IF about.ended_at IS NOT NULL THEN
        -- Due when the two seconds that it names are over: a deed that is being done is never waited for here, while the
        -- credits are locked that it gives back.
        INSERT INTO deadlines (kind, subject, account_id, due_at, try_at)
        SELECT 'challenge-settle', about.challenge_id || ' ' || d.slot, account, d.due, d.due
        FROM (SELECT n.slot, to_timestamp(n.slot * 2 + 4) AS due
              FROM (SELECT floor(extract(epoch FROM opened) / 2)::bigint AS slot) n) d
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION case_of_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT join_challenge(NEW.account_id, NEW.id) THEN
        PERFORM join_hold(NEW.account_id, NEW.id);
    END IF;
    RETURN NULL;
END $$;

-- As in 0020, and: where a challenge is not alone, the message joins the case of what else holds it. Whoever lets it go
-- from there hands it on to the case of the challenge (challenge_hand_on.sql).
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
        SELECT (array_agg(e.finding ORDER BY e.finding ->> 'rule' IN ('key-from-new-country', 'sudden-volume'),
                                               e.finding ->> 'rule' = 'traffic-frozen', e.place)
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
