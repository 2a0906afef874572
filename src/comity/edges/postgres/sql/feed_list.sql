-- Complaints, the newest first; never texts, nor who complained.  $1 whether decided ones too  $2 kind or null
--   $3 since or null  $4 how many
SELECT c.number, c.kind, c.channel, c.state, c.outcome, c.sender, a.name AS account, c.proven, c.filed_at,
       (SELECT count(*) FROM complaint_messages m WHERE m.complaint_id = c.complaint_id) AS messages, c.case_id
FROM complaints c
LEFT JOIN accounts a USING (account_id)
WHERE ($1 OR c.decided_at IS NULL) AND ($2::text IS NULL OR c.kind = $2) AND ($3::timestamptz IS NULL OR c.filed_at >= $3)
ORDER BY c.complaint_id DESC
LIMIT $4
