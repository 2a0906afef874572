-- People of an account, who work by keys of their own; keys that have a name, an end and networks of their own and are given
-- new secrets; and what was done in an account's name, by whom.

-- ---------------------------------------------------------------- people

CREATE TABLE team_members (
    account_id bigint NOT NULL REFERENCES accounts,
    member_id  bigint GENERATED ALWAYS AS IDENTITY,
    public_id  uuid NOT NULL DEFAULT uuidv7(),
    -- both emptied some time after the person left
    name       text NOT NULL,
    email      text NOT NULL CHECK (email !~ '[[:cntrl:] ]'),
    role       text NOT NULL CHECK (role IN ('owner', 'developer', 'sender', 'compliance', 'billing', 'reader')),
    -- a state of comity.accounts.team
    state      text NOT NULL CHECK (state IN ('invited', 'active', 'expired', 'left', 'removed')),
    -- SHA-256 of what the invitation is accepted with, while it can be
    token_hash bytea CHECK (octet_length(token_hash) = 32),
    invited_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    joined_at  timestamptz,
    ended_at   timestamptz,
    emptied_at timestamptz,
    -- who invited them; where a program's key did, whoever was shown its secret
    invited_by bigint,
    PRIMARY KEY (account_id, member_id),
    UNIQUE (public_id),
    -- somebody who joined may be mailed a token for a new key
    CHECK (CASE state WHEN 'invited' THEN token_hash IS NOT NULL WHEN 'active' THEN true ELSE token_hash IS NULL END),
    FOREIGN KEY (account_id, invited_by) REFERENCES team_members,
    CHECK ((state IN ('left', 'removed')) = (ended_at IS NOT NULL)),
    CHECK (emptied_at IS NOT NULL OR (name <> '' AND email <> ''))
);
CREATE UNIQUE INDEX team_members_by_token ON team_members (token_hash) WHERE token_hash IS NOT NULL;
CREATE UNIQUE INDEX team_members_by_email ON team_members (account_id, lower(email))
    WHERE state IN ('invited', 'active', 'expired');
SELECT guard_tenant_table('team_members');

-- ---------------------------------------------------------------- keys

-- Making keys and having people are scopes of their own. Keys that were made before keep what they may do: they lie in
-- programs, and nobody asked that those hand out keys. The first key of a new account may do all.
ALTER TABLE api_keys DROP CONSTRAINT api_keys_scopes_check;
ALTER TABLE api_keys
    ALTER COLUMN scopes SET DEFAULT '{read,send,consents,cases,billing,subaccounts,keys,team}',
    ADD CONSTRAINT api_keys_scopes_check CHECK (
        scopes <@ '{read,send,consents,cases,billing,subaccounts,keys,team}' AND cardinality(scopes) > 0),
    ADD COLUMN name text NOT NULL DEFAULT '' CHECK (length(name) <= 100),
    -- whose own key it is; null for a program's
    ADD COLUMN member_id bigint,
    ADD COLUMN expires_at timestamptz,
    -- from where it may be used besides what the account allows; empty for anywhere
    ADD COLUMN networks cidr[] NOT NULL DEFAULT '{}',
    -- the secret before, which works a little longer
    ADD COLUMN former_hash bytea,
    ADD COLUMN former_until timestamptz,
    -- the client id of the key that made it, or operator; empty where that was not kept
    ADD COLUMN made_by text NOT NULL DEFAULT '',
    -- the person who was shown its secret; where a program's key made it, whoever was shown that one's
    ADD COLUMN made_by_member bigint,
    -- who was shown the secret before
    ADD COLUMN former_by_member bigint,
    ADD CONSTRAINT api_keys_member FOREIGN KEY (account_id, member_id) REFERENCES team_members,
    ADD CONSTRAINT api_keys_maker FOREIGN KEY (account_id, made_by_member) REFERENCES team_members,
    ADD CONSTRAINT api_keys_former_maker FOREIGN KEY (account_id, former_by_member) REFERENCES team_members,
    ADD CONSTRAINT api_keys_former_whole CHECK ((former_hash IS NULL) = (former_until IS NULL));

-- The last day on which a key let somebody in. A table of its own: a change of api_keys is told to every process.
CREATE TABLE key_days (
    account_id bigint NOT NULL REFERENCES accounts,
    client_id  text NOT NULL REFERENCES api_keys,
    last_used  date NOT NULL,
    PRIMARY KEY (account_id, client_id)
);
SELECT guard_tenant_table('key_days');

-- ---------------------------------------------------------------- what was done

-- What changed something in an account's name, written in the same transaction: the operation by its name in the API's
-- document, and what it was about, never a text or a number.
CREATE TABLE activity (
    account_id bigint NOT NULL REFERENCES accounts,
    number     bigint GENERATED ALWAYS AS IDENTITY,
    at         timestamptz NOT NULL,
    operation  text NOT NULL CHECK (operation <> ''),
    subject    text NOT NULL DEFAULT '' CHECK (length(subject) <= 200),
    -- the key that was used; empty where the operator did it
    client_id  text NOT NULL DEFAULT '',
    member_id  bigint,
    -- with its last part masked
    network    text NOT NULL DEFAULT '',
    PRIMARY KEY (account_id, number)
);
SELECT guard_tenant_table('activity');
CREATE TRIGGER never_change BEFORE UPDATE ON activity FOR EACH ROW EXECUTE FUNCTION never_change();
