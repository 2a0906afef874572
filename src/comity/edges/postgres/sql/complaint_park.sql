-- What waits of frozen traffic is held, in the freeze's case of its account; how many these are.
--   $1 freeze  $2 at most so many, what is due first  $3 now
-- What a dispatcher has taken this moment is on its way, and stepped over; so is what a carrier has a part of.
WITH frozen AS (
    SELECT f AS freeze, f.account_id FROM freezes f WHERE f.freeze_id = $1 AND f.state IN ('in-force', 'confirmed')
), waiting AS (
    SELECT q.account_id, q.message_id, f.freeze
    FROM frozen f
    JOIN queue q ON f.account_id IS NULL OR q.account_id IN (SELECT family_of(f.account_id))
    -- in order before their messages are looked up, so that no more are than it takes
    ORDER BY q.due_at
    OFFSET 0
), meant AS MATERIALIZED (
    SELECT w.account_id, w.message_id
    FROM waiting w
    CROSS JOIN LATERAL (
        SELECT m.category, m.sender, m.text_key, m.template, m.similarity
        FROM messages m
        WHERE m.account_id = w.account_id AND m.id = w.message_id
        OFFSET 0
    ) m
    WHERE complaint_frozen(w.freeze, m.category, m.sender, m.text_key, m.template, m.similarity)
    LIMIT $2
), locked AS MATERIALIZED (
    SELECT q.account_id, q.message_id
    FROM meant w
    JOIN queue q ON q.account_id = w.account_id AND q.message_id = w.message_id
    FOR UPDATE OF q SKIP LOCKED
), stopped AS (
    UPDATE message_life l
    SET state = 'held'
    FROM locked w
    WHERE l.account_id = w.account_id AND l.id = w.message_id AND l.state IN ('queued', 'deferred')
      AND l.part_states <@ '{queued}'
    RETURNING l.account_id, l.id
), taken AS (
    DELETE FROM queue q
    USING stopped s
    WHERE q.account_id = s.account_id AND q.message_id = s.id
    RETURNING q.account_id, q.message_id
), owners AS MATERIALIZED (
    SELECT t.account_id, freeze_case(f.freeze, t.account_id, $3) AS case_id
    FROM (SELECT DISTINCT account_id FROM taken) t, frozen f
), named AS (
    INSERT INTO case_messages (case_id, account_id, message_id, findings)
    SELECT o.case_id, t.account_id, t.message_id, '[{"rule": "traffic-frozen", "action": "hold", "clauses": ["P9", "P6", "G7"]}]'
    FROM taken t
    JOIN owners o ON o.account_id = t.account_id
    -- Released before, by the end of an earlier freeze, and now held again.
    ON CONFLICT (case_id, message_id) DO UPDATE SET effect = ''
)
SELECT count(*) FROM taken
