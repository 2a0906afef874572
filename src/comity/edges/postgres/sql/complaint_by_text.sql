-- Messages of a template, where nobody says to whom they went: the newest of each account that sent it.
--   $1 template  $2..$3 ids between which they lie  $4 the sender as shown, in small letters; '' for any  $5 since when
SELECT m.account_id, m.id, m.sender, m.category,
       sealed_text_of(m.account_id, m.subject, m.id, m.body, m.text) AS text, m.text_key, m.template, m.similarity, m.country,
       m.verdict #> '{given,scores}' AS scores
FROM accounts a
JOIN template_traffic t ON t.account_id = a.account_id AND t.template = $1 AND t.last_day >= $5::date
CROSS JOIN LATERAL (
    SELECT m.*
    FROM messages m
    WHERE m.account_id = a.account_id AND m.id >= $2 AND m.id < $3 AND m.template = $1 AND m.action <> 'refuse'
      AND ($4 = '' OR lower(m.sender) = $4)
    ORDER BY m.id DESC
    LIMIT 1
) m
JOIN message_life l ON l.account_id = m.account_id AND l.id = m.id
WHERE l.state NOT IN ('accepted', 'held', 'deferred', 'queued', 'refused', 'cancelled')
ORDER BY m.id DESC
