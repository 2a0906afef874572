-- A message with its verdict.  $1 id, which is of one account alone; $2 that account, or NULL for the operator's own look
SELECT account_id, id, sender, recipient, country, category, text, text_key, similarity, action, verdict,
       text_erased_at
FROM messages
WHERE id = $1 AND ($2::bigint IS NULL OR account_id = $2)
