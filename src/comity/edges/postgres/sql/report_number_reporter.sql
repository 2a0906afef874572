-- Who wrote what a deadline is about, or nothing.  $1 the deadline's subject
SELECT t.reporter FROM report_texts t WHERE t.subject = $1
UNION ALL
SELECT h.reporter FROM report_halves h WHERE h.subject = $1
LIMIT 1
