-- Standing, strikes, sanctions and appeals.
--
-- accounts.standing is what the rows of `sanctions` come to. Only a row written there changes it, in the same commit, so that
-- no account is in a standing without reasons that it can read.

-- ---------------------------------------------------------------- sanctions

-- Every change of a standing, those that end sanctions too; never changed.
CREATE TABLE sanctions (
    sanction_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- what the account knows it by
    statement_id    uuid NOT NULL UNIQUE,
    account_id      bigint NOT NULL REFERENCES accounts,
    -- comity.accounts.standing.Event
    event           text NOT NULL CHECK (event IN ('watch', 'limit', 'suspend', 'deactivate', 'lift', 'overturn',
                                                   'appeal-granted', 'strike-expired', 'term-ended')),
    standing_before text NOT NULL,
    standing_after  text NOT NULL CHECK (standing_after IN ('good', 'watched', 'limited', 'suspended', 'deactivated')),
    -- sanctions that this ends
    ends            bigint[] NOT NULL DEFAULT '{}',
    -- the sum of strikes asks for it, so it ends with them
    by_strikes      boolean NOT NULL DEFAULT false,
    until           timestamptz CHECK (until > at),
    -- the person who decided, or 'comity' where none did
    by              text NOT NULL CHECK (by <> ''),
    -- comity.accounts.standing.Reasons
    reasons         jsonb NOT NULL,
    -- the statement of reasons as the account was given it
    statement       jsonb NOT NULL,
    at              timestamptz NOT NULL,
    transaction     xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT no_sanction_without_reasons CHECK (
        coalesce(reasons ->> 'facts', '') <> '' AND coalesce(reasons ->> 'clause', '') <> ''
        AND coalesce(reasons ->> 'policy', '') <> '' AND coalesce(reasons ->> 'digest', '') <> '')
);
CREATE INDEX sanctions_by_account ON sanctions (account_id, sanction_id);
CREATE TRIGGER never_change BEFORE UPDATE OR DELETE ON sanctions FOR EACH ROW EXECUTE FUNCTION never_change();

-- Standings that were set before reasons were kept get a row that says so.
INSERT INTO sanctions (statement_id, account_id, event, standing_before, standing_after, by, reasons, statement, at)
SELECT gen_random_uuid(), a.account_id,
       CASE a.standing WHEN 'watched' THEN 'watch' WHEN 'limited' THEN 'limit' WHEN 'suspended' THEN 'suspend' ELSE 'deactivate' END,
       'good', a.standing, 'operator', r.reasons, r.reasons, now()
FROM accounts a
CROSS JOIN LATERAL (
    SELECT jsonb_build_object(
        'facts', 'The operator set this standing before statements of reasons were kept.', 'clause', 'D5',
        'policy', coalesce(p.version, 'unknown'), 'digest', coalesce(p.digest, 'unknown')) AS reasons
    FROM (SELECT 1) one
    LEFT JOIN (SELECT version, digest FROM policy_versions ORDER BY effective DESC, published_at DESC LIMIT 1) p ON true
) r
WHERE a.standing <> 'good';

-- The standing follows the row.
CREATE FUNCTION apply_sanction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM accounts WHERE account_id = NEW.account_id AND standing = NEW.standing_before FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the account is in another standing than %', NEW.standing_before;
    END IF;
    UPDATE accounts SET standing = NEW.standing_after
    WHERE account_id = NEW.account_id AND standing <> NEW.standing_after;
    RETURN NULL;
END $$;
CREATE TRIGGER apply_sanction AFTER INSERT ON sanctions FOR EACH ROW EXECUTE FUNCTION apply_sanction();

-- Nothing else changes it.
CREATE FUNCTION insist_on_sanction() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decided text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT s.standing_after INTO decided
        FROM sanctions s
        WHERE s.account_id = NEW.account_id AND s.transaction = pg_current_xact_id()
        ORDER BY s.sanction_id DESC LIMIT 1;
    ELSE
        decided := 'good';
    END IF;
    IF decided IS DISTINCT FROM NEW.standing THEN
        RAISE EXCEPTION 'a standing changes by a sanction with reasons alone';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER insist_on_sanction BEFORE UPDATE OF standing ON accounts FOR EACH ROW
    WHEN (OLD.standing IS DISTINCT FROM NEW.standing) EXECUTE FUNCTION insist_on_sanction();
CREATE TRIGGER insist_on_sanction_at_first BEFORE INSERT ON accounts FOR EACH ROW
    WHEN (NEW.standing <> 'good') EXECUTE FUNCTION insist_on_sanction();

-- ---------------------------------------------------------------- what counts for a subaccount

CREATE FUNCTION standing_rank(standing text) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT array_position(ARRAY['good', 'watched', 'limited', 'suspended', 'deactivated'], standing)
$$;

-- The worst of an account's own standing and of those above it.
CREATE FUNCTION standing_inherited(account bigint) RETURNS text LANGUAGE sql STABLE STRICT AS $$
    WITH RECURSIVE line AS (
        SELECT a.account_id, a.parent_id, a.standing, 1 AS depth FROM accounts a WHERE a.account_id = account
        UNION ALL
        SELECT a.account_id, a.parent_id, a.standing, l.depth + 1
        FROM line l JOIN accounts a ON a.account_id = l.parent_id
        WHERE l.depth < 16
    )
    SELECT standing FROM line ORDER BY standing_rank(standing) DESC LIMIT 1
$$;

-- An account and those below it.
CREATE FUNCTION family_of(account bigint) RETURNS SETOF bigint LANGUAGE sql STABLE STRICT AS $$
    WITH RECURSIVE family AS (
        SELECT account AS account_id, 1 AS depth
        UNION ALL
        SELECT a.account_id, f.depth + 1 FROM family f JOIN accounts a ON a.parent_id = f.account_id WHERE f.depth < 16
    )
    SELECT DISTINCT account_id FROM family
$$;
CREATE INDEX accounts_by_parent ON accounts (parent_id) WHERE parent_id IS NOT NULL;

-- ---------------------------------------------------------------- strikes

CREATE TABLE strikes (
    strike_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id  bigint NOT NULL REFERENCES accounts,
    clause      text NOT NULL CHECK (clause <> ''),
    -- the trigger that found it, or '' where a person did
    source      text NOT NULL DEFAULT '',
    facts       text NOT NULL CHECK (facts <> ''),
    figures     jsonb NOT NULL DEFAULT '{}',
    weight      integer NOT NULL CHECK (weight > 0),
    by          text NOT NULL CHECK (by <> ''),
    at          timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL CHECK (expires_at > at),
    removed_at  timestamptz,
    removed_by  text NOT NULL DEFAULT '',
    removed_why text NOT NULL DEFAULT '',
    CHECK ((removed_at IS NULL) = (removed_why = ''))
);
CREATE INDEX strikes_by_account ON strikes (account_id, strike_id);
-- Those that led to a sanction.
CREATE TABLE sanction_strikes (
    sanction_id bigint NOT NULL REFERENCES sanctions,
    strike_id   bigint NOT NULL REFERENCES strikes,
    account_id  bigint NOT NULL,
    PRIMARY KEY (sanction_id, strike_id)
);

-- ---------------------------------------------------------------- appeals

CREATE TABLE appeals (
    appeal_id     uuid PRIMARY KEY,
    account_id    bigint NOT NULL REFERENCES accounts,
    -- once for each sanction
    sanction_id   bigint NOT NULL UNIQUE REFERENCES sanctions,
    text          text NOT NULL CHECK (text <> ''),
    state         text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'granted', 'refused', 'withdrawn')),
    filed_by      text NOT NULL,
    filed_at      timestamptz NOT NULL,
    decide_by     timestamptz NOT NULL,
    first_decider text NOT NULL,
    case_id       bigint,
    decided_by    text,
    decided_at    timestamptz,
    decision      text NOT NULL DEFAULT '',
    CHECK ((state IN ('granted', 'refused')) = (decided_by IS NOT NULL AND decision <> '')),
    CHECK ((state = 'open') = (decided_at IS NULL)),
    CONSTRAINT not_by_the_first CHECK (decided_by <> first_decider AND decided_by <> 'comity')
);
CREATE INDEX appeals_by_account ON appeals (account_id, filed_at);

-- ---------------------------------------------------------------- what triggers look at

-- How an account's messages of a day (UTC) fared; counted from them anew while the day is young.
CREATE TABLE account_days (
    account_id  bigint NOT NULL,
    day         date NOT NULL,
    -- not refused by us
    sent        bigint NOT NULL DEFAULT 0,
    -- refused by us
    refused     bigint NOT NULL DEFAULT 0,
    -- handed over, and it is known what became of them
    settled     bigint NOT NULL DEFAULT 0,
    rejected    bigint NOT NULL DEFAULT 0,
    unreachable bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, day)
);
CREATE INDEX account_days_by_day ON account_days (day);

-- Few are refused: who looks for series of them must not read all that went.
CREATE INDEX messages_refused ON messages (id) WHERE action = 'refuse';

-- When a trigger last acted on an account.
CREATE TABLE trigger_firings (
    account_id  bigint NOT NULL REFERENCES accounts,
    trigger     text NOT NULL,
    at          timestamptz NOT NULL,
    PRIMARY KEY (account_id, trigger)
);

-- Texts that were felt out with small edits. Until a person closes the series, texts like it are held, and the account is
-- told no details of what is found.
CREATE TABLE probing_series (
    series_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id  bigint NOT NULL REFERENCES accounts,
    -- comity.text.similar.similarity_hash of those that were refused, the newest first
    anchors     bigint[] NOT NULL,
    variants    integer NOT NULL,
    passed      integer NOT NULL,
    first_at    timestamptz NOT NULL,
    last_at     timestamptz NOT NULL,
    opened_at   timestamptz NOT NULL,
    case_id     bigint,
    closed_at   timestamptz,
    closed_by   text NOT NULL DEFAULT '',
    closed_why  text NOT NULL DEFAULT '',
    CHECK ((closed_at IS NULL) = (closed_why = ''))
);
CREATE INDEX probing_series_open ON probing_series (account_id) WHERE closed_at IS NULL;
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE ON probing_series FOR EACH STATEMENT EXECUTE FUNCTION tell_change();

-- ---------------------------------------------------------------- the walls

SELECT guard_tenant_table(name) FROM unnest(ARRAY['sanctions', 'strikes', 'sanction_strikes', 'appeals']) AS name;
DO $$
DECLARE
    name text;
BEGIN
    -- How an account is watched is the operator's to know.
    FOREACH name IN ARRAY ARRAY['account_days', 'trigger_firings', 'probing_series'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY road ON %I TO comity_road USING (true) WITH CHECK (true)', name);
    END LOOP;
END $$;
