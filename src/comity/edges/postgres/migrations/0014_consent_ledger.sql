-- The consent ledger: what each person agreed to, asked back, was asked, and what lists an account brought.

-- ---------------------------------------------------------------- opt-outs have a scope

-- One state for texts and calls. `subject` is what the scope is of: a brand in small letters, or a category.
ALTER TABLE opt_outs
    ADD COLUMN scope text NOT NULL DEFAULT 'everything' CHECK (scope IN ('everything', 'brand', 'category')),
    ADD COLUMN subject text NOT NULL DEFAULT '',
    ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY,
    ADD CHECK ((scope = 'everything') = (subject = '')),
    DROP CONSTRAINT opt_outs_pkey,
    ADD PRIMARY KEY (account_id, recipient, scope, subject),
    ADD UNIQUE (account_id, number);

-- ---------------------------------------------------------------- consents

ALTER TABLE consents
    -- the address that the consent was given from: of the person's computer, or of the page
    ADD COLUMN address text NOT NULL DEFAULT '',
    ADD COLUMN expires_at timestamptz,
    ADD COLUMN withdrawn_how text NOT NULL DEFAULT '',
    -- given by the recipient's own reply to us, not only reported by the account
    ADD COLUMN confirmed boolean NOT NULL DEFAULT false,
    ADD COLUMN import_id bigint,
    ADD CHECK (expires_at > at);

-- What a consent says stays as it was recorded; it may be withdrawn, once.
CREATE FUNCTION consent_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.withdrawn_at IS NOT NULL
       OR (to_jsonb(NEW) - '{withdrawn_at,withdrawn_how}'::text[])
          IS DISTINCT FROM (to_jsonb(OLD) - '{withdrawn_at,withdrawn_how}'::text[]) THEN
        RAISE EXCEPTION 'a consent is never changed, only withdrawn';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consent_stands BEFORE UPDATE ON consents FOR EACH ROW EXECUTE FUNCTION consent_stands();

-- A withdrawal ends every consent for its brand that is not younger, also one that is reported only later.
CREATE TABLE consent_withdrawals (
    account_id   bigint NOT NULL REFERENCES accounts,
    number       bigint GENERATED ALWAYS AS IDENTITY,
    recipient    text NOT NULL,
    -- in small letters
    brand        text NOT NULL CHECK (brand <> ''),
    at           timestamptz NOT NULL,
    how          text NOT NULL,
    PRIMARY KEY (account_id, recipient, number)
);
CREATE TRIGGER never_change BEFORE UPDATE ON consent_withdrawals FOR EACH ROW EXECUTE FUNCTION never_change();

CREATE TABLE consent_proofs (
    account_id   bigint NOT NULL REFERENCES accounts,
    consent      bigint NOT NULL,
    -- SHA-256 of the file, in hexadecimal digits
    digest       text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    name         text NOT NULL,
    media_type   text NOT NULL,
    body         bytea NOT NULL,
    stored_at    timestamptz NOT NULL,
    PRIMARY KEY (account_id, consent, digest)
);
CREATE TRIGGER never_change BEFORE UPDATE ON consent_proofs FOR EACH ROW EXECUTE FUNCTION never_change();

-- ---------------------------------------------------------------- lists that accounts bring

CREATE TABLE consent_imports (
    account_id   bigint NOT NULL REFERENCES accounts,
    import_id    bigint GENERATED ALWAYS AS IDENTITY,
    name         text NOT NULL,
    -- SHA-256 of the file: the same file is the same import
    digest       text NOT NULL,
    -- its rows count as consents in the states counted and released alone (comity.consent.imports)
    state        text NOT NULL DEFAULT 'reading' CHECK (state IN ('reading', 'counted', 'held', 'released', 'dropped')),
    recorded     bigint NOT NULL DEFAULT 0,
    known        bigint NOT NULL DEFAULT 0,
    rejected     bigint NOT NULL DEFAULT 0,
    -- what was found of a bought list: signal, share, limit, sentence
    reasons      jsonb NOT NULL DEFAULT '[]',
    opened_at    timestamptz NOT NULL,
    settled_at   timestamptz,
    settled_by   text NOT NULL DEFAULT '',
    PRIMARY KEY (account_id, import_id),
    UNIQUE (account_id, digest)
);

-- The smallest keyed hashes of an import's numbers: enough to say what share two lists have in common, and no number.
-- For the operator alone.
CREATE TABLE consent_sketches (
    account_id   bigint NOT NULL REFERENCES accounts,
    import_id    bigint NOT NULL,
    hashes       bigint[] NOT NULL,
    at           timestamptz NOT NULL,
    PRIMARY KEY (account_id, import_id)
);
CREATE INDEX consent_sketches_by_age ON consent_sketches (at);
ALTER TABLE consent_sketches ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON consent_sketches TO comity_road USING (true) WITH CHECK (true);

-- ---------------------------------------------------------------- double opt-in by text

CREATE TABLE consent_requests (
    account_id   bigint NOT NULL REFERENCES accounts,
    id           uuid NOT NULL,
    recipient    text NOT NULL,
    brand        text NOT NULL,
    purpose      text NOT NULL,
    wording      text NOT NULL,
    address      text NOT NULL DEFAULT '',
    sender       text NOT NULL,
    sender_key   text NOT NULL,
    text         text NOT NULL,
    -- comity.consent.requests
    state        text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'confirmed', 'declined', 'expired')),
    message_id   uuid,
    at           timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    settled_at   timestamptz,
    consent      bigint,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX consent_requests_by_person ON consent_requests (account_id, recipient, at);
-- An answer to a number must have one question that it answers.
CREATE UNIQUE INDEX consent_requests_pending ON consent_requests (account_id, recipient, sender_key) WHERE state = 'pending';

SELECT guard_tenant_table(name)
FROM unnest(ARRAY['consent_withdrawals', 'consent_proofs', 'consent_imports', 'consent_requests']) AS name;
