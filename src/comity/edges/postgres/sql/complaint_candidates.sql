-- Messages that went to a number, the newest first: what a complaint of somebody who got one may be about.
--   $1 recipient  $2..$3 ids between which they lie  $4 at most so many  $5..$6 account and id of one that is named, or null
-- Accounts are stepped through, since messages are indexed by account and recipient.
SELECT m.account_id, m.id, m.sender, m.category,
       sealed_text_of(m.account_id, m.subject, m.id, m.body, m.text) AS text, m.text_key, m.template, m.similarity, m.country,
       m.verdict #> '{given,scores}' AS scores
FROM accounts a
CROSS JOIN LATERAL (
    SELECT m.*
    FROM messages m
    WHERE m.account_id = a.account_id AND m.recipient = $1 AND m.id >= $2 AND m.id < $3 AND m.action <> 'refuse'
    ORDER BY m.id DESC
    LIMIT $4
) m
WHERE $1 <> '' AND EXISTS (
    -- What has not left us nobody got.
    SELECT FROM message_life l
    WHERE l.account_id = m.account_id AND l.id = m.id
      AND l.state NOT IN ('accepted', 'held', 'deferred', 'queued', 'refused', 'cancelled')
)
UNION
SELECT m.account_id, m.id, m.sender, m.category,
       sealed_text_of(m.account_id, m.subject, m.id, m.body, m.text) AS text, m.text_key, m.template, m.similarity, m.country,
       m.verdict #> '{given,scores}' AS scores
FROM messages m
JOIN message_life l ON l.account_id = m.account_id AND l.id = m.id
WHERE m.account_id = $5 AND m.id = $6 AND l.state NOT IN ('accepted', 'held', 'deferred', 'queued', 'refused', 'cancelled')
ORDER BY id DESC
LIMIT $4
