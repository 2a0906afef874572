-- What complaints keep of people is sealed, has an end, and can be erased; what an erasure leaves in files is noted.

-- ---------------------------------------------------------------- boxes with a key of their own

-- A box with a key of its own: what stands for its owner, the id that is bound to it, the key as it may be stored, the box,
-- and what stands for a number that it is about. Written by processes that have the vault (comity.edges.postgres.vault_codecs).
CREATE TYPE own_box AS (subject bytea, id uuid, wrapped bytea, box bytea, about bytea);

-- ---------------------------------------------------------------- complaints

-- Text, words, number of the person and how the reporter is reached are one box (`text`, `words`, `recipient` and
-- `reporter_box` are of rows that are not sealed yet).
-- Its key is no account's: it stands in body_keys under account 0.
ALTER TABLE complaints
    ADD COLUMN subject       bytea,
    ADD COLUMN box_id        uuid,
    ADD COLUMN body          bytea,
    -- keyed hash of the recipient, so that complaints about a number are found
    ADD COLUMN recipient_key bytea,
    -- an erasure was asked for: it goes when it is closed and `complaint_kept_until` is past
    ADD COLUMN erase_when_closed boolean NOT NULL DEFAULT false,
    -- what it said, and who made it, is gone since
    ADD COLUMN erased_at     timestamptz;
CREATE INDEX complaints_by_recipient ON complaints (account_id, recipient_key) WHERE recipient_key IS NOT NULL;
CREATE INDEX complaints_unsealed ON complaints (complaint_id)
    WHERE subject IS NULL AND erased_at IS NULL AND (text <> '' OR words <> '' OR recipient <> '' OR reporter_box IS NOT NULL);
CREATE INDEX complaints_kept ON complaints (filed_at) WHERE erased_at IS NULL;
CREATE INDEX complaints_erased ON complaints (subject, erased_at) WHERE erased_at IS NOT NULL;

CREATE FUNCTION complaint_said(c complaints) RETURNS sealed_text LANGUAGE sql STABLE AS $$
    SELECT sealed_text_of(0, c.subject, c.box_id, c.body, c.text)
$$;
-- The same for the same number, whether it is sealed or not; '' for none.
CREATE FUNCTION complaint_number(c complaints) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(encode(c.recipient_key, 'hex'), c.recipient)
$$;
CREATE FUNCTION complaint_ended(c complaints) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT c.state IN ('upheld', 'rejected', 'abusive', 'withdrawn', 'closed')
       AND NOT EXISTS (SELECT FROM cases k
                       WHERE k.case_id = c.case_id AND k.state IN ('open', 'assigned', 'waiting', 'escalated'))
       AND NOT EXISTS (SELECT FROM freezes f WHERE f.complaint_id = c.complaint_id AND f.ended_at IS NULL)
       AND NOT EXISTS (SELECT FROM takedowns t WHERE t.number = c.number AND t.decided_at IS NULL)
       -- What an account appeals against may rest on any complaint about it.
       AND NOT EXISTS (SELECT FROM appeals a WHERE a.account_id = c.account_id AND a.state = 'open')
$$;
-- Until when no erasure takes what one says: the account complained of may ask for one. Complaints count together for
-- six weeks (complaint_since.sql); what was upheld can be appealed for six months.
CREATE FUNCTION complaint_kept_until(c complaints) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT greatest(c.filed_at + interval '42 days', max(e.at + CASE e.event WHEN 'uphold' THEN interval '184 days' ELSE interval '42 days' END))
    FROM complaint_events e
    WHERE e.complaint_id = c.complaint_id AND e.event IN ('uphold', 'reject', 'reject-as-abuse', 'withdraw', 'close')
$$;

-- A complaint that waited for its end to be erased is looked at when it may have come.
CREATE FUNCTION tell_complaint_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deadlines (kind, subject, account_id, due_at, try_at)
    VALUES ('complaint-erasure', NEW.complaint_id::text, NULL, NEW.filed_at, NEW.filed_at)
    ON CONFLICT (kind, subject) DO UPDATE SET try_at = excluded.try_at;
    RETURN NULL;
END $$;
CREATE TRIGGER tell_complaint_end AFTER UPDATE OF state ON complaints
    FOR EACH ROW WHEN (NEW.erase_when_closed AND NEW.erased_at IS NULL AND NEW.state <> OLD.state
                       AND NEW.state IN ('upheld', 'rejected', 'abusive', 'withdrawn', 'closed'))
    EXECUTE FUNCTION tell_complaint_end();

-- ---------------------------------------------------------------- words that leave with what they are about

-- What happened stays as it was written; what was said of it goes with the complaint that it was said of.
CREATE FUNCTION words_leave() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gone boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM complaints c %s AND c.erased_at IS NOT NULL)', TG_ARGV[1])
    INTO gone USING to_jsonb(OLD);
    IF gone AND to_jsonb(NEW) = to_jsonb(OLD) || jsonb_build_object(TG_ARGV[0], '') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what was written here is never changed';
END $$;
DROP TRIGGER never_change ON complaint_events;
CREATE TRIGGER never_remove BEFORE DELETE ON complaint_events FOR EACH ROW EXECUTE FUNCTION never_change();
CREATE TRIGGER never_change BEFORE UPDATE ON complaint_events FOR EACH ROW
    EXECUTE FUNCTION words_leave('words', 'WHERE c.complaint_id = ($1 ->> ''complaint_id'')::bigint');
DROP TRIGGER never_change ON takedown_events;
CREATE TRIGGER never_remove BEFORE DELETE ON takedown_events FOR EACH ROW EXECUTE FUNCTION never_change();
CREATE TRIGGER never_change BEFORE UPDATE ON takedown_events FOR EACH ROW
    EXECUTE FUNCTION words_leave('why',
        'JOIN takedowns t ON t.number = c.number WHERE t.takedown_id = ($1 ->> ''takedown_id'')::bigint');

-- ---------------------------------------------------------------- what is on its way

-- Parts that customers cut themselves are sealed with the epoch's key; what stands for their octets tells one that comes
-- again from another under its number. Null of parts that were kept before they were sealed.
ALTER TABLE esme_parts ADD COLUMN digest bytea;

-- What deadlines about a person who writes to a report number are known by: the number, and a keyed hash of the person's.
CREATE FUNCTION report_subject(number text, reporter text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT number || ' ' || encode(substr(sha256(i.hash_key || convert_to('report ' || number || ' ' || reporter, 'UTF8')), 1, 16), 'hex')
    FROM installation i
$$;
UPDATE deadlines SET subject = report_subject(split_part(subject, ' ', 1), split_part(subject, ' ', 2))
WHERE kind IN ('report-text', 'report-half');
ALTER TABLE report_texts ADD COLUMN subject text;
ALTER TABLE report_halves ADD COLUMN subject text;
UPDATE report_texts SET subject = report_subject(number, reporter);
UPDATE report_halves SET subject = report_subject(number, reporter);
CREATE INDEX report_texts_by_subject ON report_texts (subject);
CREATE INDEX report_halves_by_subject ON report_halves (subject);

-- ---------------------------------------------------------------- how long

ALTER TABLE retention_rules DROP CONSTRAINT retention_rules_what_check;
ALTER TABLE retention_rules ADD CONSTRAINT retention_rules_what_check CHECK (
    what IN ('texts', 'replies', 'unclaimed', 'numbers', 'consents', 'complaints', 'takedowns', 'proofs'));
INSERT INTO retention_rules (what, category, days, why) VALUES
    ('complaints', '', 365, 'What a complaint led to can be appealed for six months (Regulation (EU) 2022/2065, Article 20), '
                            'and the appeal decided and disputed for as long again; counted from its end.'),
    ('takedowns', '', 1825, 'Claims of a right come before courts within five years in most places (GDPR, Article 17(3)(e)); '
                            'counted from the decision.'),
    ('proofs', '', 1825, 'What was proven of a consent is needed as long as the consent (GDPR, Articles 7(1), 17(3)(e)); '
                         'counted from the end of the request.');

-- ---------------------------------------------------------------- what files still hold

-- Tables that held a number which was erased, until their pages are written anew (comity.edges.postgres.leftovers).
CREATE TABLE erasure_leftovers (
    relation text PRIMARY KEY,
    since    timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- who writes them anew now; null for nobody, or since something more was erased there meanwhile
    taken_by uuid
);
CREATE FUNCTION note_leftovers(names text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO erasure_leftovers (relation)
    SELECT DISTINCT n FROM unnest(names) AS n ORDER BY n
    ON CONFLICT (relation) DO UPDATE SET taken_by = NULL
$$;
ALTER TABLE erasure_leftovers ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON erasure_leftovers TO comity_road USING (true) WITH CHECK (true);
-- Tables whose numbers an installation erased before it noted where they were.
INSERT INTO erasure_leftovers (relation)
SELECT c.oid::regclass::text
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
  AND (c.relname = 'inbox' OR EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid AND i.inhparent = 'messages'::regclass))
  AND EXISTS (SELECT FROM erasures e WHERE e.state = 'done');

-- Each time that files were rid of erased numbers: from which file of the log of changes on nothing old is left.
CREATE TABLE erasure_finishes (
    finish_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    begun_at    timestamptz NOT NULL,
    done_at     timestamptz NOT NULL,
    wal_file    text NOT NULL,
    -- of each table its name, octets before and after, seconds
    tables      jsonb NOT NULL,
    -- what could not be done
    left_undone jsonb NOT NULL DEFAULT '[]'
);
ALTER TABLE erasure_finishes ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON erasure_finishes TO comity_road USING (true) WITH CHECK (true);
