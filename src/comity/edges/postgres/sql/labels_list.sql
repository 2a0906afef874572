-- What was decided, the latest of each message and category, the earliest first; not of texts that were erased since.
--   $1 since (inclusive)
SELECT DISTINCT ON (l.account_id, l.message_id, l.category)
       l.message_id, a.name AS account, l.category, l.label, l.person, l.note, l.template, l.at
FROM labels l JOIN accounts a USING (account_id)
WHERE l.at >= $1 AND l.template <> ''
ORDER BY l.account_id, l.message_id, l.category, l.label_id DESC
