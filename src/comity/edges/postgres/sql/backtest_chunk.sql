-- A stretch of judged messages in the order of their ids, of every account or one.
--   $1 ids after this  $2 ids before this  $3 account or NULL  $4 how many
SELECT m.account_id, a.name AS account, m.id, m.sender, m.recipient, m.country, m.category, sealed_text_of(m.account_id, m.subject, m.id, m.body, m.text) AS text, m.text_key,
       m.similarity, sealed_verdict_of(m.account_id, m.subject, m.id, m.body, m.verdict) AS verdict, m.text_erased_at
FROM messages m
JOIN accounts a ON a.account_id = m.account_id
WHERE m.id > $1 AND m.id < $2 AND ($3::bigint IS NULL OR m.account_id = $3)
ORDER BY m.id
LIMIT $4
