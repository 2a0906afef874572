-- Open a case and name its messages; gives its number.
--   $1 kind  $2 title  $3 account or null  $4 who opens it  $5 priority  $6 due  $7 facts  $8 messages
--   $9 whether its account sees it  $10 now
WITH opened AS (
    INSERT INTO cases (kind, title, account_id, opened_by, priority, due_at, facts, visible, opened_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $9, $10)
    RETURNING case_id, account_id
), named AS (
    INSERT INTO case_messages (case_id, account_id, message_id)
    SELECT o.case_id, o.account_id, m FROM opened o, unnest($8::uuid[]) AS m
    ON CONFLICT DO NOTHING
), noted AS (
    INSERT INTO case_events (case_id, account_id, at, by, event, visible)
    SELECT case_id, account_id, $10, $4, 'open', $9 FROM opened
)
SELECT case_id FROM opened
