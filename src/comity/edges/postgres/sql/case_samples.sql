-- One message for each template that a case names, the oldest; none whose text is gone.  $1 case  $2 how many at most
SELECT DISTINCT ON (m.template) m.id, sealed_text_of(m.account_id, m.subject, m.id, m.body, m.text) AS text
FROM case_messages n
CROSS JOIN LATERAL (
    SELECT m.account_id, m.id, m.subject, m.body, m.text, m.template FROM messages m
    WHERE m.account_id = n.account_id AND m.id = n.message_id AND m.text_erased_at IS NULL OFFSET 0
) m
WHERE n.case_id = $1
ORDER BY m.template, m.id
LIMIT $2
