-- What verdicts name by digest, texts that may be erased, and cases opened from a look back.

-- Policies, accounts' records, and lists of what an engine consisted of: each kept once, never changed.
CREATE TABLE artefacts (
    digest   text PRIMARY KEY,
    kind     text NOT NULL CHECK (kind IN ('policy', 'account', 'engine', 'models', 'rules')),
    body     bytea NOT NULL,
    kept_at  timestamptz NOT NULL DEFAULT now()
);
INSERT INTO artefacts (digest, kind, body)
SELECT digest, 'policy', convert_to(source, 'UTF8') FROM policy_versions;

-- Every policy that is published is kept, whatever becomes of its version.
CREATE FUNCTION keep_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO artefacts (digest, kind, body) VALUES (NEW.digest, 'policy', convert_to(NEW.source, 'UTF8'))
    ON CONFLICT DO NOTHING;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_policy AFTER INSERT OR UPDATE OF source ON policy_versions FOR EACH ROW EXECUTE FUNCTION keep_policy();

-- The list of rules that a verdict names by digest; the one kind of artefact that accounts may read, since it tells of none.
CREATE FUNCTION rules_asked(asked text) RETURNS bytea LANGUAGE sql STABLE STRICT SECURITY DEFINER SET search_path = public AS $$
    SELECT body FROM artefacts WHERE digest = asked AND kind = 'rules'
$$;

-- A text may be erased; that it was sent, and how it was judged, stays.
ALTER TABLE messages ADD COLUMN text_erased_at timestamptz;

-- A verdict without what it quotes of the text.
CREATE FUNCTION without_text(verdict jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT jsonb_set(
        verdict #- '{given,text}',
        '{findings}',
        coalesce((
            SELECT jsonb_agg(
                f.finding || jsonb_build_object(
                    'evidence', coalesce((
                        SELECT jsonb_agg(e.evidence - 'observed' ORDER BY e.place)
                        FROM jsonb_array_elements(f.finding -> 'evidence') WITH ORDINALITY AS e (evidence, place)
                    ), '[]'::jsonb),
                    'sentence', '', 'reviewer', ''
                ) ORDER BY f.place)
            FROM jsonb_array_elements(verdict -> 'findings') WITH ORDINALITY AS f (finding, place)
        ), '[]'::jsonb))
$$;

-- Cases: what a person has to look at. They begin here as what a look back opens.
CREATE TABLE cases (
    case_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES accounts,
    kind       text NOT NULL CHECK (kind IN ('backtest')),
    title      text NOT NULL,
    policy     text NOT NULL,
    opened_by  text NOT NULL,
    opened_at  timestamptz NOT NULL DEFAULT now(),
    state      text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
    closed_at  timestamptz,
    closing    text NOT NULL DEFAULT '',
    -- the same look back opens a case once
    UNIQUE (account_id, kind, policy)
);
CREATE TABLE case_messages (
    case_id    bigint NOT NULL REFERENCES cases,
    account_id bigint NOT NULL,
    message_id uuid NOT NULL,
    -- what the rules would have said: rule, action
    findings   jsonb NOT NULL,
    PRIMARY KEY (case_id, message_id)
);

-- Cases are the operator's: an account sees none of them, not even its own.
ALTER TABLE cases ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON cases TO comity_road USING (true) WITH CHECK (true);
ALTER TABLE case_messages ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON case_messages TO comity_road USING (true) WITH CHECK (true);
