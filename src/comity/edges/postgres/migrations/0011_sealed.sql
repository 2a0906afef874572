-- Texts that only named readers may read, each a case of its own that stands in no ordinary list.

-- The public keys of those who may read; the private ones are in their hands alone. The reader without a name is this
-- installation: what nobody is named for yet is sealed to it, until the first person is.
CREATE TABLE sealed_readers (
    reader_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person     text NOT NULL UNIQUE,
    public_key bytea NOT NULL CHECK (octet_length(public_key) = 32),
    added_at   timestamptz NOT NULL DEFAULT now(),
    removed_at timestamptz
);

CREATE TABLE sealed_cases (
    case_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES accounts,
    message_id uuid NOT NULL,
    rule       text NOT NULL,
    sealed_at  timestamptz NOT NULL DEFAULT now(),
    state      text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
    closed_at  timestamptz,
    closed_by  text NOT NULL DEFAULT '',
    closing    text NOT NULL DEFAULT '',
    -- the text is gone, as the law demanded or allowed; that there was one stays
    destroyed_at  timestamptz,
    destroyed_by  text NOT NULL DEFAULT '',
    destroyed_why text NOT NULL DEFAULT '',
    UNIQUE (account_id, message_id)
);

-- One box for each reader, encrypted to that reader's key (comity.edges.sealing).
CREATE TABLE sealed_boxes (
    case_id    bigint NOT NULL REFERENCES sealed_cases,
    reader_id  bigint NOT NULL REFERENCES sealed_readers,
    box        bytea NOT NULL,
    PRIMARY KEY (case_id, reader_id)
);

-- Who opened what, when and why; never changed.
CREATE TABLE sealed_openings (
    opening_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id    bigint NOT NULL REFERENCES sealed_cases,
    person     text NOT NULL,
    reason     text NOT NULL CHECK (reason <> ''),
    at         timestamptz NOT NULL DEFAULT now()
);
CREATE FUNCTION never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was written here is never changed';
END $$;
CREATE TRIGGER never_change BEFORE UPDATE OR DELETE ON sealed_openings FOR EACH ROW EXECUTE FUNCTION never_change();

-- An account sees none of this, not even that there is a case.
ALTER TABLE sealed_readers ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON sealed_readers TO comity_road USING (true) WITH CHECK (true);
ALTER TABLE sealed_cases ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON sealed_cases TO comity_road USING (true) WITH CHECK (true);
ALTER TABLE sealed_boxes ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON sealed_boxes TO comity_road USING (true) WITH CHECK (true);
ALTER TABLE sealed_openings ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON sealed_openings TO comity_road USING (true) WITH CHECK (true);
