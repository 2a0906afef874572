-- The complaint of the same reporter about the same that counts already, or nothing.
--   $1 complaint  $2 since when
SELECT o.complaint_id
FROM complaints c
JOIN complaints o ON o.reporter_key = c.reporter_key AND o.complaint_id <> c.complaint_id
WHERE c.complaint_id = $1 AND c.reporter_key <> '' AND o.filed_at >= $2 AND o.same_as IS NULL
  AND o.apart = c.apart AND o.account_id = c.account_id AND o.template IS NOT DISTINCT FROM c.template
  AND (c.template IS NOT NULL OR o.text_key = c.text_key)
  -- Who proves what was only said before replaces it.
  AND (o.proven OR NOT c.proven)
  AND o.state IN ('received', 'linked', 'investigated', 'upheld')
ORDER BY o.complaint_id
LIMIT 1
