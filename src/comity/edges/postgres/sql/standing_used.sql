-- What accounts sent with, where it is much, and nobody looks at it yet.
--   $1 from this id on  $2 since  $3 at least so many messages  $4 senders or templates at least  $5 texts at most
WITH busy AS (
    SELECT d.account_id
    FROM account_days d
    WHERE d.day >= ($2::timestamptz AT TIME ZONE 'UTC')::date
    GROUP BY d.account_id
    HAVING sum(d.sent) >= $3
)
SELECT b.account_id, n.senders, t.texts
FROM busy b
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(g.sender_key), '{}') AS senders
    FROM sender_grants g
    WHERE g.account_id = b.account_id
      AND EXISTS (SELECT FROM messages m WHERE m.account_id = b.account_id AND m.id >= $1 AND m.sender = g.sender
                  AND m.action IN ('allow', 'note', 'defer'))
) n
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(sealed_text_of(w.account_id, w.subject, w.id, w.body, w.text)), '{}') AS texts
    FROM (
        SELECT DISTINCT ON (m.template) m.account_id, m.id, m.subject, m.body, m.text
        FROM messages m
        WHERE m.account_id = b.account_id AND m.id >= $1 AND m.action IN ('allow', 'note', 'defer') AND m.text_erased_at IS NULL
        ORDER BY m.template, m.id
        LIMIT $5
    ) w
) t
WHERE NOT EXISTS (
          SELECT FROM trigger_firings f
          WHERE f.account_id = b.account_id AND f.trigger = 'resale' AND f.at >= $2)
  AND NOT EXISTS (
          SELECT FROM cases c
          WHERE c.account_id = b.account_id AND c.kind = 'resale' AND c.state NOT IN ('decided', 'closed'))
  AND (cardinality(n.senders) >= $4 OR cardinality(t.texts) >= $4)
