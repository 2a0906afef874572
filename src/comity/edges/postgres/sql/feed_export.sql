-- Complaints since an instant, the oldest first, for others: neither who complained nor whom the text reached.
--   $1 since  $2 whether texts are given that nobody has opened  $3 after which number of the row  $4 how many
-- A time that a reporter cannot mean is none.
SELECT c.complaint_id, c.number, c.kind, c.sender,
       CASE WHEN c.received_at BETWEEN c.filed_at - interval '1 year' AND c.filed_at + interval '1 day'
            THEN c.received_at ELSE c.filed_at END AS received_at,
       coalesce(c.country, '') AS country, c.outcome,
       c.body, CASE WHEN g.given THEN complaint_said(c) END AS said, CASE WHEN g.given THEN c.text ELSE '' END AS text,
       '' AS words, '' AS recipient, NULL::bytea AS reporter_box
FROM complaints c
CROSS JOIN LATERAL (
    SELECT $2 OR EXISTS (
        SELECT
        FROM complaint_messages m
        JOIN text_openings o ON o.account_id = m.account_id AND o.message_id = m.message_id
        WHERE m.complaint_id = c.complaint_id
    ) AS given
) g
WHERE c.filed_at >= $1 AND c.complaint_id > $3 AND c.kind <> 'defamation' AND c.outcome <> 'abusive'
ORDER BY c.complaint_id
LIMIT $4
