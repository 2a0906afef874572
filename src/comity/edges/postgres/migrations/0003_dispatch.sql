-- From the queue to the carrier and back: what retries must remember, and the life of messages as SQL.

-- Until when a message may be tried; set when it is first claimed, so that retries keep it.
ALTER TABLE queue ADD COLUMN expires_at timestamptz;
ALTER TABLE in_flight ADD COLUMN expires_at timestamptz;

-- A node that starts again takes over at once from the dispatcher it ran before; '' for a node without a name.
ALTER TABLE dispatchers ADD COLUMN node text NOT NULL DEFAULT '';

-- Clean-up looks for the oldest; a block range costs inserts nothing.
CREATE INDEX awaited_receipts_by_age ON awaited_receipts USING brin (at) WITH (pages_per_range = 32);
CREATE INDEX unmatched_receipts_by_age ON unmatched_receipts (at);

-- Foreign senders cut characters in two: only joined octets decode rightly.
ALTER TABLE inbound_parts
    ADD COLUMN payload      bytea NOT NULL DEFAULT '',
    ADD COLUMN data_coding  smallint NOT NULL DEFAULT 0,
    ADD COLUMN locking      smallint NOT NULL DEFAULT 0,
    ADD COLUMN single_shift smallint NOT NULL DEFAULT 0;

-- comity.messages.life.NEXT; a test holds the two to each other.
CREATE FUNCTION may_move(old text, new text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT new = ANY (CASE old
        WHEN 'submitted' THEN '{delivered,undelivered,expired,rejected,unknown}'::text[]
        WHEN 'queued' THEN '{deferred,submitting,held,refused,cancelled,submitted,delivered,undelivered,expired,rejected,unknown}'
        WHEN 'deferred' THEN '{queued,submitting,held,refused,cancelled,submitted,delivered,undelivered,expired,rejected,unknown}'
        WHEN 'submitting' THEN '{queued,submitted,delivered,undelivered,expired,rejected,unknown}'
        WHEN 'unknown' THEN '{delivered,undelivered,expired,rejected}'
        WHEN 'expired' THEN '{delivered}'
        WHEN 'accepted' THEN '{held,deferred,queued,refused}'
        WHEN 'held' THEN '{queued,deferred,refused,cancelled}'
        ELSE '{}' END)
$$;

-- comity.messages.life.compose.
CREATE FUNCTION compose_state(parts text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN cardinality(parts) = 1 THEN parts[1]
        WHEN 'queued' = ANY (parts) THEN 'queued'
        WHEN 'submitting' = ANY (parts) THEN 'submitting'
        WHEN 'submitted' = ANY (parts) THEN 'submitted'
        WHEN 'rejected' = ANY (parts) THEN 'rejected'
        WHEN 'undelivered' = ANY (parts) THEN 'undelivered'
        WHEN 'expired' = ANY (parts) THEN 'expired'
        WHEN 'unknown' = ANY (parts) THEN 'unknown'
        WHEN 'delivered' = ANY (parts) THEN 'delivered' END
$$;

-- The states of a message's parts after reports on some of them, in order; places count from 1, others are ignored.
CREATE FUNCTION advance_parts(parts text[], places smallint[], states text[]) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    FOR i IN 1 .. cardinality(places) LOOP
        IF may_move(parts[places[i]], states[i]) THEN
            parts[places[i]] := states[i];
        END IF;
    END LOOP;
    RETURN parts;
END $$;

-- What a dispatcher knows of the parts, over what receipts said meanwhile.
CREATE FUNCTION merge_parts(old text[], new text[]) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF cardinality(old) <> cardinality(new) THEN
        RETURN new;  -- another carrier cuts the text otherwise: it was sent anew as a whole
    END IF;
    FOR i IN 1 .. cardinality(new) LOOP
        IF old[i] IN ('delivered', 'undelivered', 'rejected')
                OR (old[i] NOT IN ('queued', 'submitting') AND new[i] IN ('queued', 'submitting', 'submitted')) THEN
            new[i] := old[i];
        END IF;
    END LOOP;
    RETURN new;
END $$;

-- Statistics of message tables that grew fourfold since they were last counted. While a day's table is new, the planner
-- takes looking a message up by (account_id, id) and walking all of an account's messages for equally cheap; once it
-- is not, plans that were made then would be kept until the server's own clean-up comes by, a minute later.
CREATE FUNCTION refresh_message_statistics() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    grown regclass;
BEGIN
    FOR grown IN
        SELECT c.oid
        FROM pg_inherits i
        JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent IN ('messages'::regclass, 'message_life'::regclass)
          AND pg_relation_size(c.oid) / 8192 > 4 * greatest(c.relpages, 4)
    LOOP
        IF pg_try_advisory_xact_lock(7236828411513) THEN
            EXECUTE format('ANALYZE %s', grown);
        END IF;
    END LOOP;
END $$;

REVOKE EXECUTE ON FUNCTION refresh_message_statistics() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION refresh_message_statistics() TO comity_road;
