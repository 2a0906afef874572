-- What a case holds, and a challenge of its account that nobody has answered stops too, is held in the case of that one
-- instead.  $1 case
WITH stopped AS MATERIALIZED (
    SELECT n.account_id, n.message_id, n.findings, min(o.case_id) AS other
    FROM case_messages n
    JOIN message_life l ON l.account_id = n.account_id AND l.id = n.message_id AND l.state = 'held'
    JOIN challenges o ON o.account_id = n.account_id AND o.ended_at IS NULL AND o.case_id <> $1
     AND EXISTS (
        SELECT FROM jsonb_array_elements(n.findings) f
        WHERE f ->> 'rule' = CASE o.kind WHEN 'country' THEN 'key-from-new-country' ELSE 'sudden-volume' END)
    WHERE n.case_id = $1 AND n.effect = ''
      AND EXISTS (SELECT FROM challenges e WHERE e.account_id = n.account_id AND e.ended_at IS NULL)
    GROUP BY n.account_id, n.message_id, n.findings
), named AS (
    INSERT INTO case_messages (case_id, account_id, message_id, findings)
    SELECT s.other, s.account_id, s.message_id, s.findings FROM stopped s
    ON CONFLICT (case_id, message_id) DO UPDATE SET effect = ''
)
UPDATE case_messages n
SET effect = 'none'
FROM stopped s
WHERE n.case_id = $1 AND n.account_id = s.account_id AND n.message_id = s.message_id
