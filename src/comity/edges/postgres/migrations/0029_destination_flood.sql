-- How many messages reach one number from many accounts (U14).

-- Messages let through to a number in a minute, by family of accounts: of numbers alone to which more than one account
-- wrote within the hour. What stands for a number is a hash under the vault's look-up key. Unlogged: it is of minutes, a
-- crash may empty it, and neither the log nor a replica ever holds it.
CREATE UNLOGGED TABLE number_arrivals (
    number   bigint NOT NULL,
    -- since 1970, when they go out
    minute   integer NOT NULL,
    -- the account that stands above all others of its line
    family   bigint NOT NULL,
    category text NOT NULL,
    messages integer NOT NULL CHECK (messages > 0),
    -- known, stranger or later: what the account is to the number; '' where nobody asked
    bearing  text NOT NULL DEFAULT '',
    PRIMARY KEY (number, minute, family, category, bearing)
);
ALTER TABLE number_arrivals ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON number_arrivals TO comity_road USING (true) WITH CHECK (true);

-- The case of a number that gets too many, for as long as that goes on.
CREATE TABLE number_floods (
    number  bigint PRIMARY KEY,
    case_id bigint NOT NULL REFERENCES cases,
    last_at timestamptz NOT NULL
);
ALTER TABLE number_floods ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON number_floods TO comity_road USING (true) WITH CHECK (true);

ALTER TABLE cases DROP CONSTRAINT cases_kind_check;
ALTER TABLE cases ADD CONSTRAINT cases_kind_check CHECK (kind IN (
    'hold', 'import', 'sender', 'complaint', 'proof', 'disclosure', 'appeal', 'standing', 'probing', 'resale',
    'look-back', 'flood'));

-- Who stands above all others of an account's line; itself where nobody does.
CREATE FUNCTION family_head(account bigint) RETURNS bigint LANGUAGE sql STABLE STRICT AS $$
    WITH RECURSIVE line AS (
        SELECT a.account_id, a.parent_id, 1 AS depth FROM accounts a WHERE a.account_id = account
        UNION ALL
        SELECT a.account_id, a.parent_id, l.depth + 1
        FROM line l JOIN accounts a ON a.account_id = l.parent_id
        WHERE l.depth < 16
    )
    SELECT account_id FROM line ORDER BY depth DESC LIMIT 1
$$;

-- Lets a stopped message join the case of its number's flood, one of each account, or opens one: with the families whose messages were let
-- through in the last hour, the busiest first. While fifty are open, further numbers share one: reviewers are not to be
-- flooded either.
CREATE FUNCTION join_flood(flooded bigint, shown text, account bigint, message uuid, at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    joined bigint := flood_case(flooded, at);
    about  text := 'one number';
BEGIN
    IF joined IS NULL THEN
        -- Whoever comes first opens it; the others wait for that commit, and join.
        PERFORM pg_advisory_xact_lock(hashtextextended('flood', 7236828411514));
        joined := flood_case(flooded, at);
    END IF;
    IF joined IS NULL THEN
        IF (SELECT count(*) >= 50 FROM cases c
            WHERE c.kind = 'flood' AND c.state IN ('open', 'assigned', 'waiting', 'escalated')) THEN
            about := 'many numbers';
            SELECT c.case_id INTO joined FROM cases c
            WHERE c.kind = 'flood' AND c.subject = about AND c.state IN ('open', 'assigned', 'waiting', 'escalated')
            ORDER BY c.case_id LIMIT 1;
        END IF;
        IF joined IS NULL THEN
            INSERT INTO cases (kind, title, opened_by, opened_at, priority, due_at, subject, facts)
            SELECT 'flood', 'Too many messages at ' || about || ' from many accounts', 'acceptance', at, 30,
                   at + interval '4 hours', about,
                   jsonb_build_object('number', CASE about WHEN 'one number' THEN shown ELSE about END,
                                      'accounts', flood_accounts(flooded, at))
            RETURNING case_id INTO joined;
            INSERT INTO case_events (case_id, at, by, event) VALUES (joined, at, 'acceptance', 'open');
        END IF;
        INSERT INTO number_floods AS f (number, case_id, last_at) VALUES (flooded, joined, at)
        ON CONFLICT (number) DO UPDATE SET case_id = excluded.case_id, last_at = excluded.last_at;
    END IF;
    INSERT INTO case_messages (case_id, account_id, message_id)
    SELECT joined, account, message
    WHERE NOT EXISTS (SELECT FROM case_messages n WHERE n.case_id = joined AND n.account_id = account)
    ON CONFLICT DO NOTHING;
END $$;

-- The case of a flood that goes on: one that paused for a day is another, and so is what comes an hour after somebody
-- decided. Its time is written now and then, not each time.
CREATE FUNCTION flood_case(flooded bigint, at timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    known number_floods%ROWTYPE;
BEGIN
    SELECT f.* INTO known
    FROM number_floods f JOIN cases c ON c.case_id = f.case_id
    WHERE f.number = flooded AND f.last_at > at - interval '24 hours'
      AND (c.state IN ('open', 'assigned', 'waiting', 'escalated') OR c.decided_at > at - interval '1 hour');
    IF known.last_at < at - interval '1 hour' THEN
        UPDATE number_floods f SET last_at = at WHERE f.number = flooded;
    END IF;
    RETURN known.case_id;
END $$;

CREATE FUNCTION flood_accounts(flooded bigint, at timestamptz) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('account', f.name, 'messages', f.messages)
                              ORDER BY f.messages DESC, f.name), '[]')
    FROM (
        SELECT a.name, sum(n.messages) AS messages
        FROM number_arrivals n JOIN accounts a ON a.account_id = n.family
        WHERE n.number = flooded AND n.minute > extract(epoch FROM at) / 60 - 60
          AND n.minute <= extract(epoch FROM at) / 60
        GROUP BY a.name
    ) f
$$;
