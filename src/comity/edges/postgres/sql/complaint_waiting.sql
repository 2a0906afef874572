-- A complaint that goes when it is closed and nobody can appeal any more, kept as it is until the transaction ends.  $1 complaint
SELECT c.*, complaint_said(c) AS said, complaint_ended(c) AS ended,
       complaint_kept_until(c) AS kept_until
FROM complaints c
WHERE c.complaint_id = $1 AND c.erase_when_closed AND c.erased_at IS NULL
FOR NO KEY UPDATE OF c
