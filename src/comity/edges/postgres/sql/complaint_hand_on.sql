-- What a case holds, and a freeze that goes on stops too, is held in the case of that one instead; how many it was.
--   $1 case  $2 now  $3 of the oldest so many, or null for all
WITH stopped AS MATERIALIZED (
    SELECT DISTINCT ON (n.account_id, n.message_id) n.account_id, n.message_id, n.findings, n.case_id, g.freeze_id
    FROM (
        SELECT n.* FROM case_messages n WHERE n.case_id = $1 AND n.effect = ''
        ORDER BY n.message_id LIMIT $3
    ) n
    JOIN messages m ON m.account_id = n.account_id AND m.id = n.message_id
    JOIN message_life l ON l.account_id = n.account_id AND l.id = n.message_id AND l.state = 'held'
    JOIN freezes g ON g.state IN ('in-force', 'confirmed')
                  AND (g.account_id IS NULL OR n.account_id IN (SELECT family_of(g.account_id)))
    WHERE EXISTS (SELECT FROM freezes o WHERE o.state IN ('in-force', 'confirmed'))
      AND complaint_frozen(g, m.category, m.sender, m.text_key, m.template, m.similarity)
    ORDER BY n.account_id, n.message_id, g.freeze_id
), owners AS MATERIALIZED (
    SELECT s.account_id, s.freeze_id, freeze_case(g, s.account_id, $2) AS case_id
    FROM (SELECT DISTINCT account_id, freeze_id FROM stopped) s
    JOIN freezes g ON g.freeze_id = s.freeze_id
), handed AS (
    SELECT s.account_id, s.message_id, s.findings, s.case_id, o.case_id AS other
    FROM stopped s
    JOIN owners o ON o.account_id = s.account_id AND o.freeze_id = s.freeze_id
    WHERE o.case_id <> s.case_id
), named AS (
    INSERT INTO case_messages (case_id, account_id, message_id, findings)
    SELECT h.other, h.account_id, h.message_id, h.findings FROM handed h
    ON CONFLICT (case_id, message_id) DO UPDATE SET effect = ''
), gone AS (
    UPDATE case_messages n
    SET effect = 'none'
    FROM handed h
    WHERE n.case_id = h.case_id AND n.account_id = h.account_id AND n.message_id = h.message_id
)
SELECT count(*) FROM handed
