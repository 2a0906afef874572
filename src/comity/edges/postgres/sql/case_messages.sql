-- Messages that a case names, the oldest first; their texts for nothing but their length.
--   $1 case  $2 after this id  $3 how many at most  $4 of this account, or null for any
SELECT n.message_id, n.account_id, n.findings, n.effect, m.sender, m.recipient, m.country, m.category, m.parts,
       sealed_text_of(m.account_id, m.subject, m.id, m.body, m.text) AS text, m.text_erased_at, l.state
FROM case_messages n
LEFT JOIN LATERAL (
    SELECT m.* FROM messages m WHERE m.account_id = n.account_id AND m.id = n.message_id OFFSET 0
) m ON true
LEFT JOIN LATERAL (
    SELECT l.state FROM message_life l WHERE l.account_id = n.account_id AND l.id = n.message_id OFFSET 0
) l ON true
WHERE n.case_id = $1 AND n.message_id > $2 AND ($4::bigint IS NULL OR n.account_id = $4)
ORDER BY n.message_id
LIMIT $3
