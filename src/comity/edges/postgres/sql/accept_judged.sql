-- Messages as they were first answered.  $1 account  $2 ids
SELECT m.id, m.parts, m.micro_credits, sealed_verdict_of(m.account_id, m.subject, m.id, m.body, m.verdict) AS verdict, l.state
FROM messages m
JOIN message_life l ON l.account_id = m.account_id AND l.id = m.id
WHERE m.account_id = $1 AND m.id = ANY ($2::uuid[])
