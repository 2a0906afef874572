-- Functions that run with their owner's rights are the road's to call: defaults granted them to signed-in users too.

REVOKE EXECUTE ON FUNCTION make_message_partitions(date), refresh_message_statistics() FROM comity_tenant, PUBLIC;
GRANT EXECUTE ON FUNCTION make_message_partitions(date), refresh_message_statistics() TO comity_road;

-- Who let whom work at the desk, and who took their key back; never changed. Written by the table itself, so that no way
-- of doing it leaves nothing. `comity.by` names the person in the transaction that does it.
CREATE TABLE staff_events (
    event_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person    text NOT NULL,
    role      text NOT NULL,
    event     text NOT NULL CHECK (event IN ('add', 'change', 'remove')),
    by        text NOT NULL CHECK (by <> ''),
    at        timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE staff_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON staff_events TO comity_road USING (true) WITH CHECK (true);
CREATE TRIGGER never_change BEFORE UPDATE OR DELETE ON staff_events FOR EACH ROW EXECUTE FUNCTION never_change();
CREATE TRIGGER never_empty BEFORE TRUNCATE ON staff_events FOR EACH STATEMENT EXECUTE FUNCTION never_change();

CREATE FUNCTION keep_staff_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO staff_events (person, role, event, by)
    VALUES (NEW.person, NEW.role,
            CASE WHEN NEW.removed_at IS NOT NULL THEN 'remove'
                 WHEN TG_OP = 'INSERT' OR OLD.removed_at IS NOT NULL THEN 'add'
                 ELSE 'change' END,
            coalesce(nullif(current_setting('comity.by', true), ''), 'nobody named'));
    RETURN NULL;
END $$;
CREATE TRIGGER keep_staff_event AFTER INSERT OR UPDATE ON staff FOR EACH ROW EXECUTE FUNCTION keep_staff_event();
