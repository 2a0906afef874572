-- Open a case for each account of a look back, once for each policy, and name its messages.
--   $1 title  $2 digest of the policy  $3 who opens it  $4..$6 messages: account, id, what the rules would have said
WITH found AS (
    SELECT * FROM unnest($4::bigint[], $5::uuid[], $6::text[]) AS f (account_id, message_id, findings)
), opened AS (
    INSERT INTO cases (account_id, kind, title, policy, opened_by)
    SELECT DISTINCT account_id, 'look-back', $1, $2, $3 FROM found
    ON CONFLICT (account_id, policy) WHERE kind = 'look-back' DO UPDATE SET state = 'open', closed_at = NULL
    RETURNING case_id, account_id
), named AS (
    INSERT INTO case_messages (case_id, account_id, message_id, findings)
    SELECT o.case_id, f.account_id, f.message_id, f.findings::jsonb
    FROM found f JOIN opened o USING (account_id)
    ON CONFLICT DO NOTHING
), noted AS (
    INSERT INTO case_events (case_id, account_id, at, by, event) SELECT case_id, account_id, now(), $3, 'open' FROM opened
)
SELECT case_id, account_id FROM opened ORDER BY case_id
