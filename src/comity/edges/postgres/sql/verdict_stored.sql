-- A message with its verdict.  $1 id, which is of one account alone; $2 that account, or NULL for the operator's own look
SELECT m.account_id, m.id, m.sender, m.recipient, m.country, m.category, sealed_text_of(m.account_id, m.subject, m.id, m.body, m.text) AS text, m.text_key, m.similarity, m.action,
       sealed_verdict_of(m.account_id, m.subject, m.id, m.body, m.verdict) AS verdict, m.text_erased_at, rules_asked(m.verdict ->> 'asked') AS asked
FROM messages m
WHERE m.id = $1 AND ($2::bigint IS NULL OR m.account_id = $2)
