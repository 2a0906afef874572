-- Complaints that ended before an instant and still say something of people, kept as they are until the transaction ends.
--   $1 claims of a right, or all others  $2 before  $3 after this number of the store  $4 how many at most
SELECT c.*, complaint_said(c) AS said
FROM complaints c
WHERE c.erased_at IS NULL AND c.apart = $1 AND c.filed_at < $2 AND c.complaint_id > $3 AND complaint_ended(c)
  AND (SELECT max(e.at) FROM complaint_events e
       WHERE e.complaint_id = c.complaint_id
         AND e.event IN ('receive', 'uphold', 'reject', 'reject-as-abuse', 'withdraw', 'close')) < $2
ORDER BY c.complaint_id
LIMIT $4
FOR NO KEY UPDATE OF c SKIP LOCKED
