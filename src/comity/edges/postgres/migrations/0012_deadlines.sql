-- Deeds that are due at an instant: proof requests, notices, lapses of freezes, the day of a policy.

-- A row is a deed left to do, so it is deleted in the transaction that does it.
CREATE TABLE deadlines (
    -- a name of comity.app.compose.desk's table of deeds
    kind       text NOT NULL CHECK (kind <> ''),
    -- what it is about, in the words of its kind
    subject    text NOT NULL,
    account_id bigint REFERENCES accounts,
    -- the instant that counts; a deed done late is still judged by it
    due_at     timestamptz NOT NULL,
    -- when it is tried next: later than due_at once it failed
    try_at     timestamptz NOT NULL,
    -- tries that failed
    failures   integer NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX deadlines_due ON deadlines (try_at);

-- Whoever does deeds may have been waiting for a later one.
CREATE FUNCTION tell_deadline() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('comity_deadlines', '');
    RETURN NULL;
END $$;
CREATE TRIGGER tell_deadline AFTER INSERT OR UPDATE OF due_at ON deadlines
    FOR EACH STATEMENT EXECUTE FUNCTION tell_deadline();

-- The operator's: an account sees its deadlines where its requests are shown.
ALTER TABLE deadlines ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON deadlines TO comity_road USING (true) WITH CHECK (true);
