-- Promotional messages that a case holds, whose recipients have hours.  $1 case
SELECT m.id, m.recipient
FROM case_messages n
CROSS JOIN LATERAL (
    SELECT m.id, m.recipient, m.category FROM messages m
    WHERE m.account_id = n.account_id AND m.id = n.message_id OFFSET 0
) m
WHERE n.case_id = $1 AND n.effect = '' AND m.category = 'promotional'
