-- Complaints that others hand in by the many, reports by text to a number of the operator, and takedown.

-- ---------------------------------------------------------------- feeds

-- Partners that hand in complaints, each with a key that opens nothing else.
CREATE TABLE complaint_feeds (
    feed_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text NOT NULL UNIQUE CHECK (name <> ''),
    client_id   text NOT NULL UNIQUE,
    secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
    -- as how many independent reporters its word counts at most
    weight      smallint NOT NULL CHECK (weight BETWEEN 1 AND 10),
    -- whether it has checked that who complains got the message
    proven      boolean NOT NULL,
    added_at    timestamptz NOT NULL,
    removed_at  timestamptz
);

-- Each report of a feed counts once; the number is '' for one that says that nothing is wrong.
CREATE TABLE feed_reports (
    feed_id   bigint NOT NULL REFERENCES complaint_feeds,
    report_id text NOT NULL CHECK (report_id <> ''),
    number    text NOT NULL DEFAULT '',
    at        timestamptz NOT NULL,
    PRIMARY KEY (feed_id, report_id)
);

-- ---------------------------------------------------------------- reports by text

-- Numbers of the operator's that people forward suspicious texts to; the account holds each as a sender.
CREATE TABLE report_numbers (
    number     text PRIMARY KEY CHECK (number ~ '^[0-9]{3,15}$'),
    account_id bigint NOT NULL REFERENCES accounts,
    -- where a report is followed, with {number} and {token} for what differs; '' for no link
    status_url text NOT NULL DEFAULT '',
    set_at     timestamptz NOT NULL
);

-- Texts to these numbers that nobody has read yet, in the order they came; gone when they are.
CREATE TABLE report_texts (
    text_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number   text NOT NULL REFERENCES report_numbers ON DELETE CASCADE,
    reporter text NOT NULL,
    text     text NOT NULL,
    at       timestamptz NOT NULL
);
CREATE INDEX report_texts_of ON report_texts (number, reporter, text_id);

-- A report that waits for its second text; gone when it is filed. A state of comity.complaints.report_number.
CREATE TABLE report_halves (
    number   text NOT NULL REFERENCES report_numbers ON DELETE CASCADE,
    reporter text NOT NULL,
    text     text NOT NULL,
    -- what the question about it held: a reply with it comes from who has the number
    code     text NOT NULL CHECK (code <> ''),
    at       timestamptz NOT NULL,
    PRIMARY KEY (number, reporter)
);

-- When a reporter wrote to one of these numbers, so that nobody floods the desk; forgotten after a day.
CREATE TABLE report_heard (
    reporter_key bytea NOT NULL CHECK (octet_length(reporter_key) = 16),
    at           timestamptz NOT NULL
);
CREATE INDEX report_heard_of ON report_heard (reporter_key, at);
CREATE INDEX report_heard_by_time ON report_heard USING brin (at) WITH (autosummarize = on);

-- ---------------------------------------------------------------- takedown

-- What somebody says infringes a right of theirs; states of comity.complaints.takedown.
CREATE TABLE takedowns (
    takedown_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- the complaint that it is part of; its case decides it
    number       text NOT NULL UNIQUE REFERENCES complaints (number),
    state        text NOT NULL CHECK (state IN ('unproven', 'open', 'held', 'answered', 'unanswered', 'upheld',
                                                'restored', 'withdrawn', 'lapsed')),
    kind         text NOT NULL CHECK (kind IN ('trademark', 'copyright', 'publicity', 'privacy', 'defamation')),
    -- what the customer it concerns is shown: who has which right
    holder       text NOT NULL CHECK (holder <> ''),
    right_named  text NOT NULL CHECK (right_named <> ''),
    link         text NOT NULL DEFAULT '',
    -- the domain of the address that has to be proven, and the hash of what proves it
    domain       text NOT NULL,
    mail_hash    bytea NOT NULL CHECK (octet_length(mail_hash) = 32),
    proven_at    timestamptz,
    proven_by    text NOT NULL DEFAULT '',
    -- brands of the register that the holder was shown to own
    brands       text[] NOT NULL DEFAULT '{}',
    filed_at     timestamptz NOT NULL,
    -- what stops traffic for it now
    freezes      bigint[] NOT NULL DEFAULT '{}',
    -- grants of senders that ended when it was upheld: account, sender, when they ended before, and
    -- when since
    grants       jsonb NOT NULL DEFAULT '[]',
    decided_at   timestamptz,
    decided_by   text NOT NULL DEFAULT '',
    reason       text NOT NULL DEFAULT ''
);
CREATE INDEX takedowns_waiting ON takedowns (takedown_id) WHERE decided_at IS NULL;

-- The accounts that a takedown concerns, and what each says to it (its counter-notice).
CREATE TABLE takedown_answers (
    account_id  bigint NOT NULL REFERENCES accounts,
    takedown_id bigint NOT NULL REFERENCES takedowns,
    told_at     timestamptz NOT NULL,
    due_at      timestamptz NOT NULL,
    words       text NOT NULL DEFAULT '',
    answered_at timestamptz,
    PRIMARY KEY (account_id, takedown_id)
);

-- What happened to a takedown; never changed.
CREATE TABLE takedown_events (
    takedown_id bigint NOT NULL REFERENCES takedowns,
    number      bigint GENERATED ALWAYS AS IDENTITY,
    event       text NOT NULL,
    at          timestamptz NOT NULL,
    by          text NOT NULL,
    why         text NOT NULL DEFAULT '',
    PRIMARY KEY (takedown_id, number)
);
CREATE TRIGGER never_change BEFORE UPDATE OR DELETE ON takedown_events
    FOR EACH ROW EXECUTE FUNCTION never_change();

-- Mails to those who report a right: they have no account, so these are no notices. Gone once they are sent or given up.
CREATE TABLE takedown_mails (
    mail_id       uuid PRIMARY KEY DEFAULT uuidv7(),
    takedown_id   bigint NOT NULL REFERENCES takedowns,
    address       text NOT NULL CHECK (address <> '' AND address !~ '[[:cntrl:] ]'),
    summary       text NOT NULL,
    left_at       timestamptz NOT NULL,
    attempt       smallint NOT NULL DEFAULT 0,
    due_at        timestamptz NOT NULL,
    claimed_until timestamptz,
    claimed_by    uuid
);
CREATE INDEX takedown_mails_due ON takedown_mails (due_at);

-- A takedown is decided with the case of its complaint, or taken back with the complaint: a deed that is due at once does
-- what follows.
CREATE FUNCTION tell_takedown() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deadlines (kind, subject, account_id, due_at, try_at)
    SELECT 'takedown-decided', t.takedown_id::text, NULL, t.filed_at, t.filed_at
    FROM complaints c
    JOIN takedowns t ON t.number = c.number
    WHERE c.case_id = NEW.case_id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER tell_takedown AFTER UPDATE OF state ON cases
    FOR EACH ROW WHEN (NEW.kind = 'complaint' AND NEW.state = 'decided' AND OLD.state <> 'decided')
    EXECUTE FUNCTION tell_takedown();
CREATE TRIGGER tell_takedown AFTER UPDATE OF state ON complaints
    FOR EACH ROW WHEN (NEW.state = 'withdrawn' AND OLD.state <> 'withdrawn')
    EXECUTE FUNCTION tell_takedown();

SELECT guard_tenant_table('takedown_answers');
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['complaint_feeds', 'feed_reports', 'report_numbers', 'report_texts', 'report_halves',
                                'report_heard', 'takedowns', 'takedown_events', 'takedown_mails'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY road ON %I TO comity_road USING (true) WITH CHECK (true)', name);
    END LOOP;
END $$;
