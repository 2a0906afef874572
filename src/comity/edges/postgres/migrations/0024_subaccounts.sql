-- Subaccounts that customers make themselves, credits moved down to them, payouts that are taken back, and requests for proof
-- that run as the policy said when they were made.

-- ---------------------------------------------------------------- subaccounts

-- What an account is known by where its number would tell how many there are.
ALTER TABLE accounts ADD COLUMN public_id uuid NOT NULL DEFAULT uuidv7();
CREATE UNIQUE INDEX accounts_by_public_id ON accounts (public_id);

-- The account at the top of the line that one stands in: who bought what the others were handed down.
CREATE FUNCTION top_of(account bigint) RETURNS bigint LANGUAGE sql STABLE STRICT AS $$
    WITH RECURSIVE line AS (
        SELECT a.account_id, a.parent_id, 1 AS depth FROM accounts a WHERE a.account_id = account
        UNION ALL
        SELECT a.account_id, a.parent_id, l.depth + 1
        FROM line l JOIN accounts a ON a.account_id = l.parent_id
        WHERE l.depth < 16
    )
    SELECT account_id FROM line ORDER BY depth DESC LIMIT 1
$$;

-- A sanction reaches as many levels down as standing_inherited walks: nobody stands deeper, or above itself.
CREATE FUNCTION bound_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    above bigint := NEW.parent_id;
    depth integer := 1;
BEGIN
    WHILE above IS NOT NULL LOOP
        depth := depth + 1;
        IF above = NEW.account_id OR depth > 16 THEN
            RAISE EXCEPTION 'a line of subaccounts has at most 16 levels and no circle';
        END IF;
        SELECT a.parent_id INTO above FROM accounts a WHERE a.account_id = above;
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER bound_line BEFORE INSERT OR UPDATE OF parent_id ON accounts FOR EACH ROW
    WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION bound_line();

-- Whether an account may send now: neither it nor one above it is barred. Null when there is none.
CREATE FUNCTION may_send(account bigint) RETURNS boolean LANGUAGE sql STABLE STRICT AS $$
    SELECT a.standing NOT IN ('suspended', 'deactivated') AND CASE
        WHEN a.parent_id IS NULL THEN true
        ELSE standing_inherited(a.parent_id) NOT IN ('suspended', 'deactivated')
    END
    FROM accounts a
    WHERE a.account_id = account
$$;

-- A sender that an account shared ends for its subaccount, and whoever that shared it with, when it ends for the account.
ALTER TABLE sender_grants ADD COLUMN shared_from bigint REFERENCES accounts;
CREATE INDEX sender_grants_shared ON sender_grants (shared_from, sender_key) WHERE shared_from IS NOT NULL;
CREATE FUNCTION end_shared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE sender_grants
    SET expires_at = NEW.expires_at
    WHERE shared_from = NEW.account_id AND sender_key = NEW.sender_key
      AND (expires_at IS NULL OR expires_at > NEW.expires_at);
    RETURN NULL;
END $$;
CREATE TRIGGER end_shared AFTER UPDATE OF expires_at ON sender_grants FOR EACH ROW
    WHEN (NEW.expires_at IS NOT NULL AND NEW.expires_at IS DISTINCT FROM OLD.expires_at) EXECUTE FUNCTION end_shared();

-- Making subaccounts, their keys and what they may spend is a scope of its own; keys that may do all may do that too.
ALTER TABLE api_keys DROP CONSTRAINT api_keys_scopes_check;
ALTER TABLE api_keys
    ALTER COLUMN scopes SET DEFAULT '{read,send,consents,cases,billing,subaccounts}',
    ADD CONSTRAINT api_keys_scopes_check CHECK (
        scopes <@ '{read,send,consents,cases,billing,subaccounts}' AND cardinality(scopes) > 0);
UPDATE api_keys SET scopes = scopes || '{subaccounts}' WHERE scopes @> '{read,send,consents,cases,billing}';

-- ---------------------------------------------------------------- the ledger

-- transfer-out, transfer-in: a lot, or a part of one, goes to a subaccount; reversal: a payout that nobody paid goes back.
ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_kind_check;
ALTER TABLE ledger_entries ADD CONSTRAINT ledger_entries_kind_check CHECK (
    kind IN ('purchase', 'bonus', 'charge', 'refund', 'expiry', 'correction', 'payout', 'settlement', 'reversal',
             'transfer-out', 'transfer-in'));

CREATE OR REPLACE VIEW ledger_postings WITH (security_invoker = true) AS
SELECT e.account_id, e.subject, e.kind, e.lot_id, e.at, p.ledger_account, p.sign * e.micro_credits AS micro_credits
FROM ledger_entries e
JOIN (VALUES
    ('purchase', 'cash', -1), ('purchase', 'customer', 1),
    ('bonus', 'promotion', -1), ('bonus', 'customer', 1),
    ('charge', 'customer', -1), ('charge', 'earned', 1),
    ('refund', 'earned', -1), ('refund', 'customer', 1),
    ('expiry', 'customer', -1), ('expiry', 'breakage', 1),
    ('correction', 'correction', -1), ('correction', 'customer', 1),
    ('payout', 'customer', -1), ('payout', 'payable', 1),
    ('settlement', 'payable', -1), ('settlement', 'cash', 1),
    ('reversal', 'payable', -1), ('reversal', 'customer', 1),
    ('transfer-out', 'customer', -1), ('transfer-out', 'transit', 1),
    ('transfer-in', 'transit', -1), ('transfer-in', 'customer', 1)
) AS p (kind, ledger_account, sign) ON p.kind = e.kind;

-- Credits that an account handed down to one of its subaccounts; the id is the subject of the entries of both.
CREATE TABLE transfers (
    account_id    bigint NOT NULL REFERENCES accounts,
    transfer_id   uuid NOT NULL DEFAULT uuidv7(),
    child_id      bigint NOT NULL REFERENCES accounts,
    micro_credits bigint NOT NULL CHECK (micro_credits > 0),
    by            text NOT NULL CHECK (by <> ''),
    at            timestamptz NOT NULL,
    PRIMARY KEY (account_id, transfer_id),
    UNIQUE (transfer_id),
    CHECK (child_id <> account_id)
);
SELECT guard_tenant_table('transfers');
CREATE TRIGGER never_change BEFORE UPDATE OR DELETE ON transfers FOR EACH ROW EXECUTE FUNCTION never_change();
-- Down one step, and nowhere else.
CREATE FUNCTION insist_on_child() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM accounts a WHERE a.account_id = NEW.child_id AND a.parent_id = NEW.account_id) THEN
        RAISE EXCEPTION 'credits go from an account to its own subaccount alone';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER insist_on_child BEFORE INSERT ON transfers FOR EACH ROW EXECUTE FUNCTION insist_on_child();

-- ---------------------------------------------------------------- payouts that are taken back

-- An account that was closed is open again before anybody paid: what was owed is its own to spend.
ALTER TABLE payouts
    ADD COLUMN reversed_at timestamptz,
    ADD CONSTRAINT paid_or_reversed CHECK (paid_at IS NULL OR reversed_at IS NULL);
DROP TRIGGER never_change ON payouts;
CREATE TRIGGER never_change BEFORE UPDATE ON payouts FOR EACH ROW
    WHEN (OLD.paid_at IS NOT NULL OR OLD.reversed_at IS NOT NULL
          OR to_jsonb(NEW) - '{paid_at,paid_by,reference,reversed_at}'::text[]
             IS DISTINCT FROM to_jsonb(OLD) - '{paid_at,paid_by,reference,reversed_at}'::text[])
    EXECUTE FUNCTION never_change();

-- ---------------------------------------------------------------- requests for proof

-- Before the end at which the account is reminded, as the policy said when it was asked.
ALTER TABLE proof_requests ADD COLUMN reminders_s integer[] NOT NULL DEFAULT '{43200,7200}';

-- ---------------------------------------------------------------- what is looked at once more at the hand-over

-- A brand's letters and digits, however it is cased and spaced.
CREATE FUNCTION brand_letters(brand text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(lower(brand COLLATE pg_c_utf8), '[^[:alnum:]]+', '', 'g')
$$;

-- Few consents end by themselves: whoever asks for those that did must not read the others.
CREATE INDEX consents_that_end ON consents (account_id, recipient, expires_at) WHERE expires_at IS NOT NULL;

-- ---------------------------------------------------------------- what the evidence log has of imported consents

-- Random octets that a row's leaf is made over, beside the row: who removes the row removes what could tell that the number
-- was in the list. Consents that came alone have an entry of their own, sealed to their number.
ALTER TABLE consents ADD COLUMN salt bytea CHECK (octet_length(salt) = 16);

-- The leaves under the root of one batch, 32 octets each, in the order of its lines: without its salt none can be guessed,
-- and those of rows that are still there can be proven though others are gone.
CREATE TABLE consent_leaves (
    account_id bigint NOT NULL,
    import_id  bigint NOT NULL,
    root       bytea NOT NULL CHECK (octet_length(root) = 32),
    leaves     bytea NOT NULL CHECK (octet_length(leaves) > 0 AND octet_length(leaves) % 32 = 0),
    PRIMARY KEY (account_id, import_id, root)
);
SELECT guard_tenant_table('consent_leaves');
CREATE TRIGGER never_change BEFORE UPDATE ON consent_leaves FOR EACH ROW EXECUTE FUNCTION never_change();
