-- Promotional messages that a case holds, whose recipients have hours.  $1 case  $2 of the oldest so many, or null for all
SELECT m.id, m.recipient
FROM (
    SELECT n.account_id, n.message_id FROM case_messages n WHERE n.case_id = $1 AND n.effect = ''
    ORDER BY n.message_id LIMIT $2
) n
CROSS JOIN LATERAL (
    SELECT m.id, m.recipient, m.category FROM messages m
    WHERE m.account_id = n.account_id AND m.id = n.message_id OFFSET 0
) m
WHERE m.category = 'promotional'
