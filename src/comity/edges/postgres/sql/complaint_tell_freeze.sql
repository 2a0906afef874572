-- What happened to a freeze happened to all complaints about the same traffic.  $1 freeze  $2 now  $3 event  $4 by  $5 words
INSERT INTO complaint_events (complaint_id, at, event, by, words)
SELECT c.complaint_id, $2, $3, $4, $5
FROM freezes f
JOIN complaints o ON o.complaint_id = f.complaint_id
JOIN complaints c ON c.complaint_id = o.complaint_id OR c.case_id = o.case_id
WHERE f.freeze_id = $1
ORDER BY c.complaint_id
