-- What waits of frozen traffic is held, in the freeze's case of its account, and is out of the queue.
--   $1 freeze  $2 now  $3..$4 messages whose rows of the queue are locked: account, id
-- What a carrier has a part of goes on.
WITH stopped AS (
    UPDATE message_life l
    SET state = 'held'
    FROM unnest($3::bigint[], $4::uuid[]) AS w (account_id, message_id)
    WHERE l.account_id = w.account_id AND l.id = w.message_id AND l.state IN ('queued', 'deferred')
      AND l.part_states <@ '{queued}'
    RETURNING l.account_id, l.id
), taken AS (
    DELETE FROM queue q
    USING stopped s
    WHERE q.account_id = s.account_id AND q.message_id = s.id
    RETURNING q.account_id, q.message_id
), owners AS MATERIALIZED (
    SELECT t.account_id, freeze_case(f, t.account_id, $2) AS case_id
    FROM (SELECT DISTINCT account_id FROM taken) t, freezes f
    WHERE f.freeze_id = $1
), named AS (
    INSERT INTO case_messages (case_id, account_id, message_id, findings)
    SELECT o.case_id, t.account_id, t.message_id, '[{"rule": "traffic-frozen", "action": "hold", "clauses": ["P9", "P6", "G7"]}]'
    FROM taken t
    JOIN owners o ON o.account_id = t.account_id
    -- Released before, by the end of an earlier freeze, and now held again.
    ON CONFLICT (case_id, message_id) DO UPDATE SET effect = ''
)
SELECT count(*) FROM taken
