-- For each account: its answer to a version, and when it was told by each way.
-- $1 version  $2 accounts named after this one, or null  $3 how many at most, or null  $4 this answer alone, or null
SELECT acc.name AS account,
       said.answer,
       coalesce(nullif(a.person, ''), p.person, '') AS person,
       CASE WHEN a.person <> '' THEN a.changed_at ELSE p.accepted_at END AS answered_at,
       t.left_at AS told_at,
       t.webhook_at, t.mailed_at, t.read_at, coalesce(t.reminders, 0)::bigint AS reminders
FROM accounts acc
LEFT JOIN policy_answers a ON a.account_id = acc.account_id AND a.version = $1
LEFT JOIN policy_acceptances p ON p.account_id = acc.account_id AND p.version = $1
CROSS JOIN LATERAL (
    SELECT CASE WHEN p.accepted_at IS NOT NULL AND coalesce(a.state, 'asked') = 'asked' THEN 'accepted'
                WHEN p.accepted_at IS NOT NULL AND a.state = 'silent' THEN 'bound'
                ELSE coalesce(a.state, '') END AS answer
) said
LEFT JOIN LATERAL (
    SELECT min(n.left_at) AS left_at, min(n.read_at) AS read_at,
           min(d.settled_at) FILTER (WHERE d.channel = 'webhook' AND d.state = 'delivered') AS webhook_at,
           min(d.settled_at) FILTER (WHERE d.channel = 'email' AND d.state = 'delivered') AS mailed_at,
           count(DISTINCT n.notice_id) FILTER (WHERE n.kind = 'policy-reminder') AS reminders
    FROM notices n
    LEFT JOIN notice_deliveries d ON d.account_id = n.account_id AND d.notice_id = n.notice_id
    WHERE n.account_id = acc.account_id AND n.version = $1
) t ON true
WHERE (a.state IS NOT NULL OR t.left_at IS NOT NULL OR p.accepted_at IS NOT NULL)
  AND ($2::text IS NULL OR acc.name > $2)
  AND ($4::text IS NULL OR said.answer = $4)
ORDER BY acc.name
LIMIT $3
