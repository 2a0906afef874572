-- How many others got the traffic that a complaint is about, by country.  $1 complaint  $2 id from which on
SELECT coalesce(m.country, '') AS country, count(*) AS messages, count(DISTINCT m.recipient) AS recipients
FROM complaints c
JOIN messages m ON m.account_id = c.account_id AND m.id >= $2
              AND (m.template = c.template OR (c.template IS NULL AND m.text_key = c.text_key))
JOIN message_life l ON l.account_id = m.account_id AND l.id = m.id
WHERE c.complaint_id = $1 AND l.state NOT IN ('accepted', 'held', 'deferred', 'queued', 'refused', 'cancelled')
GROUP BY 1
ORDER BY recipients DESC, country
