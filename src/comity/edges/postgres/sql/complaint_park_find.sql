-- What waits of frozen traffic in a piece of the queue after a place in it, in the order of its key; and the last row of the
-- piece, where the next one begins, or nothing where this was the last.
--   $1 freeze  $2 rows of the queue to look at  $3..$4 the place: account, message  $5 no message before this id
WITH frozen AS MATERIALIZED (
    SELECT f AS freeze, f.account_id FROM freezes f WHERE f.freeze_id = $1 AND f.state IN ('in-force', 'confirmed')
), piece AS MATERIALIZED (
    SELECT w.account_id, w.message_id
    FROM (
        (
            SELECT q.account_id, q.message_id
            FROM queue q
            WHERE (SELECT account_id IS NULL FROM frozen)
              AND (q.account_id, q.message_id) > ($3::bigint, $4::uuid) AND q.message_id >= $5::uuid
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
                WHERE q.account_id = m.account_id AND q.message_id >= $5::uuid
                  AND (q.account_id, q.message_id) > ($3::bigint, $4::uuid)
                ORDER BY q.account_id, q.message_id
                LIMIT $2
            ) w
            WHERE m.account_id >= $3
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
), last AS (
    SELECT p.account_id, p.message_id
    FROM piece p
    WHERE (SELECT count(*) FROM piece) = $2
    ORDER BY p.account_id DESC, p.message_id DESC
    LIMIT 1
)
SELECT ARRAY(SELECT m.account_id FROM meant m ORDER BY m.account_id, m.message_id) AS accounts,
       ARRAY(SELECT m.message_id FROM meant m ORDER BY m.account_id, m.message_id) AS messages,
       (SELECT l.account_id FROM last l) AS next_account, (SELECT l.message_id FROM last l) AS next_message
