-- One message for each template that a case names, the oldest; none whose text is gone.  $1 case  $2 how many at most
SELECT DISTINCT ON (m.template) m.id, m.text
FROM case_messages n
CROSS JOIN LATERAL (
    SELECT m.id, m.text, m.template FROM messages m
    WHERE m.account_id = n.account_id AND m.id = n.message_id AND m.text <> '' OFFSET 0
) m
WHERE n.case_id = $1
ORDER BY m.template, m.id
LIMIT $2
