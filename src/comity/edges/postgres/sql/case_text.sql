-- The text of a message that a case names.  $1 case  $2 message
SELECT m.account_id, sealed_text_of(m.account_id, m.subject, m.id, m.body, m.text) AS text, m.sender, m.recipient
FROM case_messages n
JOIN messages m ON m.account_id = n.account_id AND m.id = n.message_id
WHERE n.case_id = $1 AND n.message_id = $2
