-- What proves something is not changed by anybody: not by the road either, which no row-level security binds.
--
-- Triggers on changes and removals alone: what is only ever added to, as the ledger is with each message, pays nothing.

-- Entries balance with others; what is wrong is put right by an entry more.
CREATE TRIGGER never_change BEFORE UPDATE OR DELETE ON ledger_entries FOR EACH ROW EXECUTE FUNCTION never_change();

-- A notice says what an account was told; that it was read is noted once.
CREATE TRIGGER never_change BEFORE UPDATE ON notices FOR EACH ROW
    WHEN (OLD.read_at IS NOT NULL OR to_jsonb(NEW) - 'read_at' IS DISTINCT FROM to_jsonb(OLD) - 'read_at')
    EXECUTE FUNCTION never_change();
CREATE TRIGGER never_remove BEFORE DELETE ON notices FOR EACH ROW EXECUTE FUNCTION never_change();
CREATE TRIGGER never_remove BEFORE DELETE ON notice_deliveries FOR EACH ROW EXECUTE FUNCTION never_change();

-- A correction is settled once, as it was proposed.
CREATE TRIGGER never_change BEFORE UPDATE ON corrections FOR EACH ROW
    WHEN (OLD.state <> 'proposed'
          OR to_jsonb(NEW) - '{state,approved_by,settled_at}'::text[]
             IS DISTINCT FROM to_jsonb(OLD) - '{state,approved_by,settled_at}'::text[])
    EXECUTE FUNCTION never_change();
CREATE TRIGGER never_remove BEFORE DELETE ON corrections FOR EACH ROW EXECUTE FUNCTION never_change();

-- What is owed is paid once, as it was booked.
CREATE TRIGGER never_change BEFORE UPDATE ON payouts FOR EACH ROW
    WHEN (OLD.paid_at IS NOT NULL
          OR to_jsonb(NEW) - '{paid_at,paid_by,reference}'::text[]
             IS DISTINCT FROM to_jsonb(OLD) - '{paid_at,paid_by,reference}'::text[])
    EXECUTE FUNCTION never_change();
CREATE TRIGGER never_remove BEFORE DELETE ON payouts FOR EACH ROW EXECUTE FUNCTION never_change();

-- An acceptance of the policy ends by the account's own answer alone, which is written by the same statement. Looked at
-- when that is done: the parts of a statement have no order.
CREATE FUNCTION acceptance_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM policy_answers p
                   WHERE p.account_id = OLD.account_id AND p.version = OLD.version AND p.state IN ('declined', 'left')) THEN
        RAISE EXCEPTION 'an acceptance is never changed, only taken back by an answer';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER never_change BEFORE UPDATE ON policy_acceptances FOR EACH ROW EXECUTE FUNCTION never_change();
CREATE TRIGGER acceptance_stands AFTER DELETE ON policy_acceptances FOR EACH ROW EXECUTE FUNCTION acceptance_stands();

-- A withdrawal that is gone would let messages go to who wanted none. Consents and their proof files may be removed, for
-- a person may demand to be erased: less consent lets less go, and the evidence log still has that there was one.
CREATE TRIGGER never_remove BEFORE DELETE ON consent_withdrawals FOR EACH ROW EXECUTE FUNCTION never_change();
