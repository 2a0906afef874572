-- What accounts sent by template and since when, what people said to it, and the domains that accounts link to.

-- comity.content.template.template_key of the text as it was judged; null for messages of before, and our own answers.
ALTER TABLE messages ADD COLUMN template bigint;

-- Messages that were let through, by template. Nobody is told of changes: the road asks anew for each batch.
CREATE TABLE template_traffic (
    account_id   bigint NOT NULL,
    template     bigint NOT NULL,
    -- when the first was accepted
    since        timestamptz NOT NULL,
    sent         bigint NOT NULL,
    -- distinct days (UTC), and the last of them
    days         integer NOT NULL,
    last_day     date NOT NULL,
    -- people who stopped the account's messages within a day of one of these
    complaints   integer NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, template)
    -- Rewritten by every batch: room in each page, so that an index is touched once a day at the most.
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
CREATE INDEX template_traffic_by_age ON template_traffic (last_day);

-- When an account's traffic began, and how much was let through since.
CREATE TABLE account_traffic (
    account_id   bigint PRIMARY KEY,
    since        timestamptz NOT NULL,
    sent         bigint NOT NULL
) WITH (fillfactor = 40, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

-- Accounts that sent before are not new; of a great many messages it is enough to know that they are many.
INSERT INTO account_traffic (account_id, since, sent)
SELECT a.account_id, a.created_at, m.sent
FROM accounts a
CROSS JOIN LATERAL (
    SELECT count(*) AS sent
    FROM (
        SELECT FROM messages m WHERE m.account_id = a.account_id AND m.action NOT IN ('hold', 'refuse') LIMIT 10000
    ) m
) m
WHERE m.sent > 0;

-- Registrable domains that an account's own links lead to.
CREATE TABLE account_domains (
    account_id   bigint NOT NULL REFERENCES accounts,
    -- in punycode, in small letters
    domain       text NOT NULL CHECK (domain <> ''),
    proof_name   text NOT NULL DEFAULT '',
    proof_digest text NOT NULL DEFAULT '',
    proof        bytea,
    until        timestamptz,
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, domain)
);
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE ON account_domains
    FOR EACH STATEMENT EXECUTE FUNCTION tell_change();

SELECT guard_tenant_table(name) FROM unnest(ARRAY['template_traffic', 'account_traffic', 'account_domains']) AS name;
