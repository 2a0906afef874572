-- The evidence log: a chain of entries for each account, payloads apart, keys that can be destroyed, signed checkpoints.

-- Public halves of this installation's keys; the private ones come from DATA/evidence.key, which no table knows.
CREATE TABLE evidence_installation (
    only_row       boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    -- X25519: what the keys of persons are sealed to
    sealing_key    bytea NOT NULL CHECK (octet_length(sealing_key) = 32),
    -- Ed25519: what checkpoints are signed with
    signing_key    bytea NOT NULL CHECK (octet_length(signing_key) = 32),
    -- Keys the hash that the keys of persons are looked up by.
    lookup_key     bytea NOT NULL CHECK (octet_length(lookup_key) = 32),
    -- Messages accepted before are in the log; a whole minute.
    minutes_closed timestamptz,
    made_at        timestamptz NOT NULL DEFAULT now()
);

-- The end of each account's chain; locked in account order.
CREATE TABLE evidence_heads (
    account_id bigint PRIMARY KEY REFERENCES accounts,
    sequence   bigint NOT NULL,
    hash       bytea NOT NULL CHECK (octet_length(hash) = 32)
) WITH (fillfactor = 50);

-- The chain: no personal data, only commitments (comity.evidence.chain).
CREATE TABLE evidence_entries (
    account_id bigint NOT NULL REFERENCES accounts,
    sequence   bigint NOT NULL CHECK (sequence > 0),
    kind       text NOT NULL CHECK (kind ~ '^[a-z][a-z0-9_-]{0,49}$'),
    at         timestamptz NOT NULL,
    commitment bytea NOT NULL CHECK (octet_length(commitment) = 32),
    previous   bytea NOT NULL CHECK (octet_length(previous) = 32),
    hash       bytea NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (account_id, sequence)
);
CREATE TRIGGER never_change BEFORE UPDATE OR DELETE ON evidence_entries FOR EACH ROW EXECUTE FUNCTION never_change();
CREATE TRIGGER never_empty BEFORE TRUNCATE ON evidence_entries FOR EACH STATEMENT EXECUTE FUNCTION never_change();

-- A key for each account and number, sealed to the installation: who destroys it erases what was sealed to it.
CREATE TABLE subject_keys (
    key_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id  bigint NOT NULL REFERENCES accounts,
    -- keyed hash of the number; of nothing for the account's own key
    subject     bytea NOT NULL,
    public_key  bytea NOT NULL CHECK (octet_length(public_key) = 32),
    private_key bytea NOT NULL,
    made_at     timestamptz NOT NULL,
    UNIQUE (account_id, subject)
);

-- What entries commit to, sealed to a subject's key. The one part that may go.
CREATE TABLE evidence_payloads (
    account_id bigint NOT NULL,
    sequence   bigint NOT NULL,
    key_id     bigint NOT NULL,
    box        bytea NOT NULL,
    PRIMARY KEY (account_id, sequence),
    FOREIGN KEY (account_id, sequence) REFERENCES evidence_entries
);
CREATE INDEX evidence_payloads_by_key ON evidence_payloads (key_id);
CREATE TRIGGER never_change BEFORE UPDATE ON evidence_payloads FOR EACH ROW EXECUTE FUNCTION never_change();

-- The tree over the verdicts of one account and minute: ids in their order, and the hash of each leaf, 32 octets.
CREATE TABLE evidence_minutes (
    account_id bigint NOT NULL,
    minute     timestamptz NOT NULL,
    sequence   bigint NOT NULL,
    -- the salt of a leaf is sha256(seed, id)
    seed       bytea NOT NULL,
    ids        uuid[] NOT NULL,
    leaves     bytea NOT NULL,
    PRIMARY KEY (account_id, minute),
    FOREIGN KEY (account_id, sequence) REFERENCES evidence_entries
);
CREATE INDEX evidence_minutes_by_minute ON evidence_minutes (minute);
CREATE TRIGGER never_change BEFORE UPDATE ON evidence_minutes FOR EACH ROW EXECUTE FUNCTION never_change();

-- All chains' ends at an instant, signed. Only heads that moved since the checkpoint before are kept with it.
CREATE TABLE evidence_checkpoints (
    number     bigint PRIMARY KEY CHECK (number > 0),
    at         timestamptz NOT NULL,
    -- the octets that were signed (comity.evidence.checkpoint)
    note       bytea NOT NULL,
    signature  bytea NOT NULL CHECK (octet_length(signature) = 64),
    accounts   bigint[] NOT NULL,
    sequences  bigint[] NOT NULL,
    hashes     bytea[] NOT NULL
);
CREATE TRIGGER never_change BEFORE UPDATE OR DELETE ON evidence_checkpoints
    FOR EACH ROW EXECUTE FUNCTION never_change();
CREATE TRIGGER never_empty BEFORE TRUNCATE ON evidence_checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION never_change();

-- What the last checkpoint that knows a chain signed of it.
CREATE TABLE evidence_signed (
    account_id bigint PRIMARY KEY,
    sequence   bigint NOT NULL,
    hash       bytea NOT NULL
);

-- What of a verdict its leaf is made over: its text may be erased later, and so is no part of it.
-- Values of jsonb have one text, with its names in the server's order.
CREATE FUNCTION verdict_kept_text(verdict jsonb) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE WHEN verdict -> 'findings' = '[]' THEN verdict #- '{given,text}' ELSE without_text(verdict) END::text
$$;

-- The leaf of a verdict in the tree of its minute: six lines.
CREATE FUNCTION verdict_leaf_text(account bigint, id uuid, action text, verdict jsonb, salt bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT convert_to(format(E'comity verdict 1\n%s\n%s\n%s\n%s\n%s\n', account, id, action,
        encode(sha256(convert_to(verdict_kept_text(verdict), 'UTF8')), 'hex'), encode(salt, 'hex')), 'UTF8')
$$;

-- An account sees its own; what it cannot open is no use to it.
SELECT guard_tenant_table(name) FROM unnest(ARRAY[
    'evidence_heads', 'evidence_entries', 'subject_keys', 'evidence_payloads', 'evidence_minutes']) AS name;
ALTER TABLE evidence_installation ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON evidence_installation TO comity_road USING (true) WITH CHECK (true);
ALTER TABLE evidence_checkpoints ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON evidence_checkpoints TO comity_road USING (true) WITH CHECK (true);
ALTER TABLE evidence_signed ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON evidence_signed TO comity_road USING (true) WITH CHECK (true);
