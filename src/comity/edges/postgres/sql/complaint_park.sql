-- What waits of frozen traffic is held, in the freeze's case of its account: a piece of the queue after a place in it, in the
-- order of its key. Gives the place where the next piece begins; nothing where this was the last.
--   $1 freeze  $2 rows of the queue to look at  $3 now  $4..$5 the place: account, message  $6 no message before this id
-- What a dispatcher has taken this moment is on its way, and stepped over, and dispatch_claim.sql takes nothing of a
-- freeze that it knows of; what a carrier has a part of goes on.
WITH frozen AS MATERIALIZED (
    SELECT f AS freeze, f.account_id FROM freezes f WHERE f.freeze_id = $1 AND f.state IN ('in-force', 'confirmed')
), piece AS MATERIALIZED (
    SELECT w.account_id, w.message_id
    FROM (
        (
            SELECT q.account_id, q.message_id
            FROM queue q
            WHERE (SELECT account_id IS NULL FROM frozen)
              AND (q.account_id, q.message_id) > ($4::bigint, $5::uuid) AND q.message_id >= $6::uuid
            ORDER BY q.account_id, q.message_id
            LIMIT $2
        )
        UNION ALL
        (
            SELECT w.account_id, w.message_id
            FROM frozen f
            CROSS JOIN LATERAL family_of(f.account_id) AS m (account_id)
            CROSS JOIN LATERAL (
                SELECT q.account_id, q.message_id
                FROM queue q
                WHERE q.account_id = m.account_id AND q.message_id >= $6::uuid
                  AND (q.account_id, q.message_id) > ($4::bigint, $5::uuid)
                ORDER BY q.account_id, q.message_id
                LIMIT $2
            ) w
            WHERE m.account_id >= $4
            ORDER BY w.account_id, w.message_id
            LIMIT $2
        )
    ) w
), meant AS MATERIALIZED (
    SELECT p.account_id, p.message_id
    FROM piece p
    CROSS JOIN frozen f
    CROSS JOIN LATERAL (
        SELECT m.category, m.sender, m.text_key, m.template, m.similarity
        FROM messages m
        WHERE m.account_id = p.account_id AND m.id = p.message_id
        OFFSET 0
    ) m
    WHERE complaint_frozen(f.freeze, m.category, m.sender, m.text_key, m.template, m.similarity)
), locked AS MATERIALIZED (
    SELECT q.account_id, q.message_id
    FROM meant w
    CROSS JOIN LATERAL (
        SELECT q.account_id, q.message_id
        FROM queue q
        WHERE q.account_id = w.account_id AND q.message_id = w.message_id
        FOR UPDATE SKIP LOCKED
    ) q
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
SELECT p.account_id, p.message_id
FROM piece p
WHERE (SELECT count(*) FROM piece) = $2
ORDER BY p.account_id DESC, p.message_id DESC
LIMIT 1
