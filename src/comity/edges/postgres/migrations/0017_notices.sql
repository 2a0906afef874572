-- Notices to accounts, their answers to new policies, and what becomes of credits that were paid for.

-- ---------------------------------------------------------------- notices

-- Whom of an account a notice is mailed to.
CREATE TABLE notice_addresses (
    account_id bigint NOT NULL REFERENCES accounts,
    email      text NOT NULL CHECK (email <> '' AND email !~ '[[:cntrl:] ]'),
    language   text NOT NULL DEFAULT 'en' CHECK (language ~ '^[a-z]{2}$'),
    added_at   timestamptz NOT NULL,
    PRIMARY KEY (account_id, email)
);

CREATE TABLE notices (
    account_id bigint NOT NULL REFERENCES accounts,
    notice_id  uuid NOT NULL DEFAULT uuidv7(),
    -- The order in which an account reads them: a sequence does not step back as clocks do.
    number     bigint GENERATED ALWAYS AS IDENTITY,
    kind       text NOT NULL CHECK (kind <> ''),
    body       jsonb NOT NULL,
    -- the policy version it is about, '' for none
    version    text NOT NULL DEFAULT '',
    left_at    timestamptz NOT NULL,
    -- when the account first asked for it by its id
    read_at    timestamptz,
    PRIMARY KEY (account_id, notice_id)
);
CREATE INDEX notices_in_order ON notices (account_id, number);
CREATE INDEX notices_of_version ON notices (version, kind, account_id) WHERE version <> '';

-- One row for each way that a notice goes, and what became of it; kept, because it proves that somebody was told.
CREATE TABLE notice_deliveries (
    account_id    bigint NOT NULL,
    notice_id     uuid NOT NULL,
    channel       text NOT NULL CHECK (channel IN ('webhook', 'email')),
    -- the e-mail address, or the webhook's id
    address       text NOT NULL,
    language      text NOT NULL DEFAULT 'en',
    state         text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'failed')),
    left_at       timestamptz NOT NULL,
    -- tries begun, of e-mail
    attempt       smallint NOT NULL DEFAULT 0,
    due_at        timestamptz NOT NULL,
    claimed_until timestamptz,
    claimed_by    uuid,
    -- when the webhook acknowledged it, the mail server accepted it, or it was given up
    settled_at    timestamptz,
    -- what the other side said, as a status; never its words
    remark        text NOT NULL DEFAULT '',
    PRIMARY KEY (account_id, notice_id, channel, address),
    FOREIGN KEY (account_id, notice_id) REFERENCES notices
);
CREATE INDEX notice_deliveries_due ON notice_deliveries (due_at) WHERE state = 'waiting' AND channel = 'email';

-- Leaves one notice to each of these accounts: kept, told to webhooks that asked for the kind `notice`, queued for mail.
-- Gives the ids in the order of the accounts.
CREATE FUNCTION leave_notices(account_ids bigint[], notice_kind text, notice_body jsonb, about text, at_ timestamptz)
RETURNS SETOF uuid LANGUAGE plpgsql AS $$
DECLARE
    ids uuid[];
    mails bigint;
BEGIN
    SELECT array_agg(uuidv7() ORDER BY position) INTO ids
    FROM generate_subscripts(account_ids, 1) AS position;
    INSERT INTO notices (account_id, notice_id, kind, body, version, left_at)
    SELECT n.account_id, n.notice_id, notice_kind, notice_body, about, at_
    FROM unnest(account_ids, ids) WITH ORDINALITY AS n (account_id, notice_id, position)
    ORDER BY n.position;
    INSERT INTO notice_deliveries (account_id, notice_id, channel, address, left_at, due_at)
    SELECT n.account_id, n.notice_id, 'webhook', w.webhook_id::text, at_, at_
    FROM unnest(account_ids, ids) AS n (account_id, notice_id)
    JOIN webhooks w ON w.account_id = n.account_id AND w.disabled_at IS NULL AND 'notice' = ANY (w.types);
    -- A stream of its own each: one that cannot be told keeps no other waiting, and its end finds its delivery.
    IF FOUND THEN
        PERFORM enqueue_events(array_agg(n.account_id), array_agg('notice ' || n.notice_id),
            array_agg('notice'::text),
            array_agg(jsonb_build_object('id', n.notice_id, 'kind', notice_kind, 'at', at_, 'notice', notice_body)::text))
        FROM unnest(account_ids, ids) AS n (account_id, notice_id)
        WHERE EXISTS (SELECT FROM notice_deliveries d
                      WHERE d.account_id = n.account_id AND d.notice_id = n.notice_id AND d.channel = 'webhook');
    END IF;
    INSERT INTO notice_deliveries (account_id, notice_id, channel, address, language, left_at, due_at)
    SELECT n.account_id, n.notice_id, 'email', a.email, a.language, at_, at_
    FROM unnest(account_ids, ids) AS n (account_id, notice_id)
    JOIN notice_addresses a ON a.account_id = n.account_id;
    GET DIAGNOSTICS mails = ROW_COUNT;
    IF mails > 0 THEN
        PERFORM pg_notify('comity_mail', '');
    END IF;
    RETURN QUERY SELECT unnest(ids);
END $$;

-- ---------------------------------------------------------------- answers to a coming policy

-- What accounts were told of a published version; kept when it is withdrawn.
CREATE TABLE policy_announcements (
    version      text PRIMARY KEY,
    digest       text NOT NULL,
    effective    date NOT NULL,
    substantial  boolean NOT NULL,
    -- what changes from the version that held then, in lines
    changes      text[] NOT NULL,
    announced_at timestamptz NOT NULL,
    withdrawn_at timestamptz
);
ALTER TABLE policy_announcements ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON policy_announcements TO comity_road USING (true) WITH CHECK (true);

-- An account's answer to a version that wants one; states of comity.accounts.acceptance. No row: it was not asked yet.
CREATE TABLE policy_answers (
    account_id  bigint NOT NULL REFERENCES accounts,
    version     text NOT NULL,
    state       text NOT NULL
                CHECK (state IN ('asked', 'accepted', 'declined', 'silent', 'bound', 'left', 'withdrawn')),
    -- who answered and whence; '' while nobody has
    person      text NOT NULL DEFAULT '',
    address     text NOT NULL DEFAULT '',
    changed_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, version)
);
CREATE INDEX policy_answers_of_version ON policy_answers (version, state);
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE ON policy_answers
    FOR EACH STATEMENT EXECUTE FUNCTION tell_change();

-- ---------------------------------------------------------------- what was bought goes back

-- payout: what is left of a purchased lot becomes payable to the buyer; settlement: it was paid.
ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_kind_check;
ALTER TABLE ledger_entries ADD CONSTRAINT ledger_entries_kind_check CHECK (
    kind IN ('purchase', 'bonus', 'charge', 'refund', 'expiry', 'correction', 'payout', 'settlement'));
-- Entries are written in the order of time, so a month's lie together; a tree would cost every message.
CREATE INDEX ledger_entries_by_time ON ledger_entries USING brin (at) WITH (autosummarize = on);

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
    ('settlement', 'payable', -1), ('settlement', 'cash', 1)
) AS p (kind, ledger_account, sign) ON p.kind = e.kind;

-- What is owed to buyers; its id is the subject of its entries.
CREATE TABLE payouts (
    account_id    bigint NOT NULL REFERENCES accounts,
    payout_id     uuid NOT NULL DEFAULT uuidv7(),
    micro_credits bigint NOT NULL CHECK (micro_credits > 0),
    why           text NOT NULL CHECK (why <> ''),
    booked_at     timestamptz NOT NULL,
    paid_at       timestamptz,
    paid_by       text NOT NULL DEFAULT '',
    -- how the payment is named at the bank
    reference     text NOT NULL DEFAULT '',
    PRIMARY KEY (account_id, payout_id),
    UNIQUE (payout_id)
);

-- What an operator put right by hand; above a limit it takes two people (comity.credits.corrections).
CREATE TABLE corrections (
    account_id    bigint NOT NULL REFERENCES accounts,
    correction_id uuid NOT NULL DEFAULT uuidv7(),
    lot_kind      text NOT NULL CHECK (lot_kind IN ('purchased', 'bonus')),
    micro_credits bigint NOT NULL CHECK (micro_credits <> 0),
    reason        text NOT NULL CHECK (reason <> ''),
    proposed_by   text NOT NULL CHECK (proposed_by <> ''),
    proposed_at   timestamptz NOT NULL,
    -- who approved or rejected it; nobody approves their own
    approved_by   text,
    state         text NOT NULL CHECK (state IN ('proposed', 'booked', 'rejected')),
    settled_at    timestamptz,
    PRIMARY KEY (account_id, correction_id),
    UNIQUE (correction_id),
    CHECK (state <> 'booked' OR approved_by IS DISTINCT FROM proposed_by)
);

-- A lot that expires is booked on its day.
CREATE FUNCTION await_expiry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deadlines (kind, subject, account_id, due_at, try_at)
    VALUES ('lot-expiry', NEW.lot_id, NEW.account_id, NEW.expires_at, NEW.expires_at);
    RETURN NULL;
END $$;
CREATE TRIGGER await_expiry AFTER INSERT ON lots FOR EACH ROW WHEN (NEW.expires_at IS NOT NULL)
    EXECUTE FUNCTION await_expiry();

SELECT guard_tenant_table(name) FROM unnest(ARRAY[
    'notice_addresses', 'notices', 'notice_deliveries', 'policy_answers', 'payouts']) AS name;
-- The view looks with the rights of who asks, so an account sees its own entries in it.
GRANT SELECT ON ledger_postings TO comity_tenant;
-- Who of the operator's did it, and why, is not the account's to read; what it came to stands in the ledger.
ALTER TABLE corrections ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON corrections TO comity_road USING (true) WITH CHECK (true);
