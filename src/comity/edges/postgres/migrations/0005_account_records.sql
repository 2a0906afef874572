-- What accounts declared and were cleared for, and how much of what they sent lately.

ALTER TABLE accounts ADD COLUMN health_data text NOT NULL DEFAULT 'note' CHECK (health_data IN ('note', 'refuse'));

-- ---------------------------------------------------------------- the record of an account

-- Leave to send what is otherwise held back. The words of `content` are comity.accounts.record.CONTENTS.
CREATE TABLE clearances (
    account_id   bigint NOT NULL REFERENCES accounts,
    content      text NOT NULL,
    -- ISO 3166 alpha-2, or '' for everywhere
    country      text NOT NULL DEFAULT '' CHECK (country ~ '^([A-Z]{2})?$'),
    since        date,
    until        date,
    reference    text NOT NULL DEFAULT '',
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, content, country)
);

-- Senders and campaigns entered in a register of a country or its networks.
CREATE TABLE registrations (
    account_id   bigint NOT NULL REFERENCES accounts,
    kind         text NOT NULL CHECK (kind IN ('sender', 'campaign')),
    country      text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    -- canonical form (comity.senders.read), or '' for any sender of the account
    sender_key   text NOT NULL DEFAULT '',
    reference    text NOT NULL DEFAULT '',
    since        date,
    until        date,
    -- sample texts as they were registered; how alike a text is to them is worked out when they are read
    samples      text[] NOT NULL DEFAULT '{}',
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, kind, country, sender_key, reference)
);

-- Brands in whose name an account may write.
CREATE TABLE account_brands (
    account_id   bigint NOT NULL REFERENCES accounts,
    -- the name without case
    brand_key    text NOT NULL,
    name         text NOT NULL CHECK (name <> ''),
    proof_name   text NOT NULL DEFAULT '',
    proof_digest text NOT NULL DEFAULT '',
    proof        bytea,
    until        timestamptz,
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, brand_key)
);

-- What an account said it would send; an empty column was not declared.
CREATE TABLE use_cases (
    account_id   bigint PRIMARY KEY REFERENCES accounts,
    categories   text[] NOT NULL DEFAULT '{}',
    countries    text[] NOT NULL DEFAULT '{}',
    sender_keys  text[] NOT NULL DEFAULT '{}',
    daily_volume integer CHECK (daily_volume > 0),
    sectors      text[] NOT NULL DEFAULT '{}',
    samples      text[] NOT NULL DEFAULT '{}',
    declared_at  timestamptz NOT NULL DEFAULT now()
);

-- An account is a brand by its own name, and so is a name it was granted as a sender.
INSERT INTO account_brands (account_id, brand_key, name)
SELECT account_id, lower(name), name FROM accounts
UNION
SELECT account_id, lower(sender), min(sender) FROM sender_grants WHERE kind = 'name' GROUP BY account_id, lower(sender)
ON CONFLICT DO NOTHING;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['clearances', 'registrations', 'account_brands', 'use_cases'] LOOP
        EXECUTE format('CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION tell_change()', name);
    END LOOP;
END $$;

-- ---------------------------------------------------------------- what was sent lately

-- Messages that were not refused, by sender and hour. Nobody is told of changes: they are read again after seconds.
CREATE TABLE sender_traffic (
    account_id   bigint NOT NULL,
    -- canonical form (comity.senders.read), or '' for all senders of the account together
    sender_key   text NOT NULL,
    hour         timestamptz NOT NULL,
    messages     integer NOT NULL,
    -- messages in each minute of the hour, from its first; null or missing for none
    minutes      integer[] NOT NULL,
    -- a bit for each recipient, by hash: comity.journey.traffic counts recipients by the bits that are left
    recipients   bit(4096),
    PRIMARY KEY (account_id, sender_key, hour)
    -- Rewritten by every batch: room in each page, so that no index is touched.
) WITH (fillfactor = 40, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
CREATE INDEX sender_traffic_by_age ON sender_traffic USING brin (hour) WITH (pages_per_range = 32);

-- Which promotional texts went over which senders; a campaign is one row an hour, not one a message.
CREATE TABLE text_spread (
    account_id   bigint NOT NULL,
    -- comity.text.similar.similarity_hash
    similarity   bigint NOT NULL,
    sender_key   text NOT NULL,
    hour         timestamptz NOT NULL,
    -- pieces of the hash, numbered: texts that are alike share one, or nearly (comity.journey.spread)
    bands        integer[] NOT NULL,
    PRIMARY KEY (account_id, similarity, sender_key, hour)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
-- Not put off: a list of entries that wait would be walked by every look-up.
CREATE INDEX text_spread_by_band ON text_spread USING gin (bands) WITH (fastupdate = off);
CREATE INDEX text_spread_by_age ON text_spread (hour);

-- Replies to a number of the account.
CREATE INDEX inbox_by_receiver ON inbox (account_id, receiver, at);

SELECT guard_tenant_table(name) FROM unnest(ARRAY[
    'clearances', 'registrations', 'account_brands', 'use_cases', 'sender_traffic', 'text_spread']) AS name;
