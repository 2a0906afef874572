-- A deed failed: try again, later each time.  $1 kind, $2 subject, $3 now, $4 longest pause
UPDATE deadlines
SET failures = failures + 1, try_at = $3::timestamptz + least($4::interval, interval '1 second' * 2 ^ least(failures, 20))
WHERE kind = $1 AND subject = $2
RETURNING failures
