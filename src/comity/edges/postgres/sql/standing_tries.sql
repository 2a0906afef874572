-- The newest texts of accounts that had several refused for what they say: those refused so, and those that went.
--   $1 from this id on  $2 rules that answer to what a text says  $3 at least so many versions refused  $4 at most
WITH refused AS MATERIALIZED (
    SELECT m.account_id, m.id, m.subject, m.body, m.text, m.template, m.text_key
    FROM messages m
    WHERE m.id >= $1 AND m.action = 'refuse' AND m.text_erased_at IS NULL
      AND EXISTS (
          SELECT FROM jsonb_array_elements(m.verdict -> 'findings') AS f
          WHERE f ->> 'rule' = ANY ($2::text[]) AND f ->> 'action' = 'refuse')
), suspected AS (
    SELECT account_id FROM refused GROUP BY account_id HAVING count(DISTINCT coalesce(template, text_key)) >= $3
)
SELECT s.account_id, t.*
FROM suspected s
CROSS JOIN LATERAL (
    (SELECT r.id, sealed_text_of(r.account_id, r.subject, r.id, r.body, r.text) AS text, r.template, r.text_key, true AS refused
     FROM refused r WHERE r.account_id = s.account_id ORDER BY r.id DESC LIMIT $4)
    UNION ALL
    (SELECT w.id, sealed_text_of(w.account_id, w.subject, w.id, w.body, w.text), w.template, w.text_key, false
     FROM (
         SELECT DISTINCT ON (m.template) m.account_id, m.id, m.subject, m.body, m.text, m.template, m.text_key
         FROM messages m
         WHERE m.account_id = s.account_id AND m.id >= $1 AND m.action IN ('allow', 'note', 'defer') AND m.text_erased_at IS NULL
         ORDER BY m.template, m.id
     ) w
     ORDER BY w.id DESC LIMIT $4)
) t
