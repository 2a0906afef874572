-- Messages by their ids, of those that left us.  $1 ids
SELECT m.account_id, m.id, m.sender, m.category,
       sealed_text_of(m.account_id, m.subject, m.id, m.body, m.text) AS text, m.text_key, m.template, m.similarity, m.country,
       m.verdict #> '{given,scores}' AS scores
FROM accounts a
CROSS JOIN LATERAL (
    SELECT m.* FROM messages m WHERE m.account_id = a.account_id AND m.id = ANY ($1::uuid[])
) m
JOIN message_life l ON l.account_id = m.account_id AND l.id = m.id
WHERE l.state NOT IN ('accepted', 'held', 'deferred', 'queued', 'refused', 'cancelled')
ORDER BY m.id DESC
