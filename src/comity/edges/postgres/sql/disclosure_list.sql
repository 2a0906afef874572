-- Requests as the register has them, the newest first.  $1 only those that wait for an answer  $2 before this number, or
--   null  $3 how many at most
SELECT * FROM disclosure_register r
WHERE (NOT $1 OR r.state IN ('received', 'checked', 'prepared', 'approved'))
  AND ($2::bigint IS NULL OR r.number < $2)
ORDER BY r.number DESC
LIMIT $3
