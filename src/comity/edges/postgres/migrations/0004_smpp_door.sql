-- The SMPP door: customers' logins, messages that come in parts, and what waits to be delivered to customers.

CREATE TABLE esmes (
    system_id      text PRIMARY KEY CHECK (system_id ~ '^[!-~]{1,15}$'),
    account_id     bigint NOT NULL REFERENCES accounts,
    -- scrypt: SMPP has room for 8 characters, so passwords can be guessed and each guess must cost
    password_salt  bytea NOT NULL,
    password_hash  bytea NOT NULL,
    max_binds      smallint NOT NULL DEFAULT 8 CHECK (max_binds > 0),
    options        jsonb NOT NULL DEFAULT '{}',
    -- when it last bound to receive: messages from people go to the login of their account that did so last
    receiver_since timestamptz,
    created_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX esmes_by_account ON esmes (account_id);

-- Not on receiver_since: that changes with every bind, and nobody keeps it.
CREATE TRIGGER tell_change
    AFTER INSERT OR UPDATE OF account_id, password_salt, password_hash, max_binds, options OR DELETE ON esmes
    FOR EACH STATEMENT EXECUTE FUNCTION tell_change();

-- Parts of long messages that customers cut themselves, until the last one came.
CREATE TABLE esme_parts (
    account_id    bigint NOT NULL,
    system_id     text NOT NULL,
    sender        text NOT NULL,
    recipient     text NOT NULL,
    reference     integer NOT NULL,
    total         smallint NOT NULL,
    sequence      smallint NOT NULL,
    -- what the part was answered with
    part_id       uuid NOT NULL,
    -- octets without header, how to read them, and what else its submit_sm asked for
    payload       bytea NOT NULL,
    data_coding   smallint NOT NULL,
    locking       smallint NOT NULL,
    single_shift  smallint NOT NULL,
    wish          smallint NOT NULL,
    category      text,
    due_at        timestamptz,
    validity_s    integer,
    mark          text NOT NULL,
    at            timestamptz NOT NULL,
    PRIMARY KEY (account_id, system_id, sender, recipient, reference, total, sequence)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
CREATE INDEX esme_parts_by_age ON esme_parts (at);

-- Ids given for parts of a message, and what receipts they wait for, where it is not one for the message's own id.
CREATE TABLE esme_segments (
    account_id    bigint NOT NULL,
    message_id    uuid NOT NULL,
    segment_id    uuid NOT NULL,
    -- SMPP 3.4 section 5.2.17: 0 none, 1 whatever comes of it, 2 failure only; 3 success only (SMPP 5.0)
    wish          smallint NOT NULL CHECK (wish BETWEEN 0 AND 3),
    at            timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, message_id, segment_id)
);
CREATE INDEX esme_segments_by_age ON esme_segments (at);

-- Receipts and messages from people, left to deliver to a login; a row is deleted when it was acknowledged.
CREATE TABLE esme_deliveries (
    account_id    bigint NOT NULL,
    number        bigint GENERATED ALWAYS AS IDENTITY,
    system_id     text NOT NULL,
    -- Deliveries of one stream go out in order, one at a time.
    stream        text NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('receipt', 'inbound')),
    -- of a receipt: the id the customer was given, the state, its detail, the customer's own mark
    message_id    uuid,
    state         text NOT NULL DEFAULT '',
    detail        smallint NOT NULL DEFAULT 0,
    mark          text NOT NULL DEFAULT '',
    -- of the message: who sent it, to whom; of a message from a person also its text
    sender        text NOT NULL,
    recipient     text NOT NULL,
    text          text NOT NULL DEFAULT '',
    at            timestamptz NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    due_at        timestamptz NOT NULL DEFAULT now(),
    -- tries begun
    attempt       smallint NOT NULL DEFAULT 0,
    -- While it lies in the future a door is delivering it; what that door says counts only with the same token.
    claimed_until timestamptz,
    claimed_by    uuid,
    PRIMARY KEY (account_id, number)
    -- Room in each page, so that a claim rewrites its row without touching an index.
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
CREATE INDEX esme_deliveries_due ON esme_deliveries (account_id, system_id, due_at, number);
CREATE INDEX esme_deliveries_streams ON esme_deliveries (account_id, system_id, stream, number);
CREATE INDEX esme_deliveries_by_age ON esme_deliveries (created_at);

-- Which states end in a receipt; SMPP knows no other final ones.
CREATE FUNCTION wants_receipt(wish smallint, state text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT state IN ('delivered', 'undelivered', 'expired', 'rejected', 'unknown', 'refused', 'cancelled')
       AND CASE wish WHEN 1 THEN true WHEN 2 THEN state <> 'delivered' WHEN 3 THEN state = 'delivered' ELSE false END
$$;

-- Says to the doors that something waits. A notification serialises commits, so only those pay that have something.
CREATE FUNCTION ring_esmes(made bigint) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    IF made > 0 THEN
        PERFORM pg_notify('comity_esme', '');
    END IF;
    RETURN made;
END $$;

-- Leaves the receipts that follow from changes of state, in order; gives how many. To be called in the transaction
-- that changes the states, after the messages' life was changed (and so locked). Messages of other doors, messages
-- whose customer asked for no receipt and states that are not final are passed over.
CREATE FUNCTION enqueue_deliveries(
    account_ids bigint[], message_ids uuid[], states text[], details smallint[], instants timestamptz[]
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    made bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM esmes e WHERE e.account_id = ANY (account_ids)) THEN
        RETURN 0;
    END IF;
    INSERT INTO esme_deliveries (account_id, system_id, stream, kind, message_id, state, detail, mark, sender, recipient, at)
    SELECT c.account_id, m.system_id, w.segment_id::text, 'receipt', w.segment_id, c.state, c.detail, m.reference,
           m.sender, m.recipient, c.at
    FROM unnest(account_ids, message_ids, states, details, instants) WITH ORDINALITY
         AS c (account_id, message_id, state, detail, at, position)
    JOIN messages m ON m.account_id = c.account_id AND m.id = c.message_id AND m.receipt AND m.system_id IS NOT NULL
    CROSS JOIN LATERAL (
        SELECT s.segment_id, s.wish FROM esme_segments s
        WHERE s.account_id = c.account_id AND s.message_id = c.message_id
        UNION ALL
        SELECT c.message_id, 1::smallint
        WHERE NOT EXISTS (SELECT FROM esme_segments s WHERE s.account_id = c.account_id
                          AND s.message_id = c.message_id AND s.segment_id = c.message_id)
    ) w
    WHERE wants_receipt(w.wish, c.state)
    ORDER BY c.position, w.segment_id;
    GET DIAGNOSTICS made = ROW_COUNT;
    RETURN ring_esmes(made);
END $$;

-- Leaves messages from people, in order, for the login of their account that last bound to receive; gives how many.
-- Accounts without such a login are passed over.
CREATE FUNCTION enqueue_inbound(
    account_ids bigint[], senders text[], receivers text[], texts text[], instants timestamptz[]
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    made bigint;
BEGIN
    INSERT INTO esme_deliveries (account_id, system_id, stream, kind, sender, recipient, text, at)
    SELECT i.account_id, e.system_id, i.sender || '>' || i.receiver, 'inbound', i.sender, i.receiver, i.text, i.at
    FROM unnest(account_ids, senders, receivers, texts, instants) WITH ORDINALITY
         AS i (account_id, sender, receiver, text, at, position)
    CROSS JOIN LATERAL (
        SELECT e.system_id FROM esmes e
        WHERE e.account_id = i.account_id AND e.receiver_since IS NOT NULL
        ORDER BY e.receiver_since DESC
        LIMIT 1
    ) e
    ORDER BY i.position;
    GET DIAGNOSTICS made = ROW_COUNT;
    RETURN ring_esmes(made);
END $$;

-- Makes parts a message: they leave, and their ids take over what receipts they wait for. The lock on the message's
-- life orders this before or after a change of its state; when that was final already, their receipts follow at once.
CREATE FUNCTION settle_parts(account bigint, message uuid, parts uuid[], segments uuid[], wishes smallint[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    life message_life%ROWTYPE;
BEGIN
    SELECT * INTO life FROM message_life l WHERE l.account_id = account AND l.id = message FOR UPDATE;
    DELETE FROM esme_parts p WHERE p.account_id = account AND p.part_id = ANY (parts);
    INSERT INTO esme_segments (account_id, message_id, segment_id, wish)
    SELECT account, message, s.segment_id, s.wish FROM unnest(segments, wishes) AS s (segment_id, wish)
    ON CONFLICT DO NOTHING;
    INSERT INTO esme_deliveries (account_id, system_id, stream, kind, message_id, state, detail, mark, sender, recipient, at)
    SELECT account, m.system_id, s.segment_id::text, 'receipt', s.segment_id, life.state, life.detail, m.reference,
           m.sender, m.recipient, coalesce(life.settled_at, now())
    FROM unnest(segments, wishes) WITH ORDINALITY AS s (segment_id, wish, position)
    JOIN messages m ON m.account_id = account AND m.id = message
    WHERE s.segment_id <> message AND wants_receipt(s.wish, life.state)
    ORDER BY s.position;
    IF FOUND THEN
        PERFORM ring_esmes(1);
    END IF;
END $$;

SELECT guard_tenant_table(name) FROM unnest(ARRAY['esmes', 'esme_parts', 'esme_segments', 'esme_deliveries']) AS name;
