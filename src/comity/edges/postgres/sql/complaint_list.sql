-- Complaints, the newest first.
--   $1 state  $2 kind  $3 account  $4 case; each null for any  $5 below this number of the store, or null  $6 at most so many
SELECT c.*, complaint_said(c) AS said, a.name AS account, k.id AS case,
       (SELECT count(*) FROM complaint_messages m WHERE m.complaint_id = c.complaint_id) AS messages
FROM complaints c
LEFT JOIN accounts a ON a.account_id = c.account_id
LEFT JOIN cases k ON k.case_id = c.case_id
WHERE ($1::text IS NULL OR c.state = $1) AND ($2::text IS NULL OR c.kind = $2)
  AND ($3::bigint IS NULL OR c.account_id = $3) AND ($4::bigint IS NULL OR c.case_id = $4)
  AND ($5::bigint IS NULL OR c.complaint_id < $5)
ORDER BY c.complaint_id DESC
LIMIT $6
