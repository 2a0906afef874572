-- Complaints that lie open, kept as they are until the transaction ends.  $1 how many at most
SELECT c.complaint_id, c.number, c.text, c.words, c.recipient, c.reporter_box, c.body
FROM complaints c
WHERE c.subject IS NULL AND c.erased_at IS NULL AND (c.text <> '' OR c.words <> '' OR c.recipient <> '' OR c.reporter_box IS NOT NULL)
ORDER BY c.complaint_id
LIMIT $1
FOR NO KEY UPDATE SKIP LOCKED
