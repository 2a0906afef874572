-- What a freeze that ends holds, and another that goes on stops too, is held in the case of that one.  $1 freeze
WITH handed AS (
    SELECT DISTINCT ON (n.account_id, n.message_id) n.account_id, n.message_id, n.findings, n.case_id, g.case_id AS other
    FROM freezes f
    JOIN case_messages n ON n.case_id = f.case_id AND n.effect = ''
    JOIN messages m ON m.account_id = n.account_id AND m.id = n.message_id
    JOIN message_life l ON l.account_id = n.account_id AND l.id = n.message_id AND l.state = 'held'
    JOIN freezes g ON g.freeze_id <> f.freeze_id AND g.state IN ('in-force', 'confirmed')
                  AND (g.account_id IS NULL OR n.account_id IN (SELECT family_of(g.account_id)))
    WHERE f.freeze_id = $1 AND complaint_frozen(g, m.category, m.sender, m.text_key, m.template, m.similarity)
    ORDER BY n.account_id, n.message_id, g.freeze_id
), named AS (
    INSERT INTO case_messages (case_id, account_id, message_id, findings)
    SELECT h.other, h.account_id, h.message_id, h.findings FROM handed h
    ON CONFLICT (case_id, message_id) DO UPDATE SET effect = ''
)
UPDATE case_messages n
SET effect = 'none'
FROM handed h
WHERE n.case_id = h.case_id AND n.account_id = h.account_id AND n.message_id = h.message_id
