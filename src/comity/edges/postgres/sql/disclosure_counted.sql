-- What is counted of the requests of a year.  $1 from  $2 until
SELECT r.basis, r.country, r.state, r.emergency, r.overdue_at IS NOT NULL AS late, r.accounts
FROM disclosure_register r
WHERE r.received_at >= $1 AND r.received_at < $2
