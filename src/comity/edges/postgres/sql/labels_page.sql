-- Decisions in force, the newest first; not of texts that were erased since.  $1 number below which, or null  $2 how many
SELECT l.label_id, l.message_id, a.name AS account, l.category, l.label, l.person, l.note, l.at
FROM labels l JOIN accounts a USING (account_id)
WHERE l.template <> '' AND ($1::bigint IS NULL OR l.label_id < $1)
  AND NOT EXISTS (SELECT FROM labels newer
                  WHERE newer.account_id = l.account_id AND newer.message_id = l.message_id
                    AND newer.category = l.category AND newer.label_id > l.label_id)
ORDER BY l.label_id DESC
LIMIT $2
