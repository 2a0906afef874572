-- Count that something was done, by who did it, in the hour or day that it is; gives the counts, those of before with them.
--   $1 keys  $2 spans ('hour' or 'day')  $3 when each began
WITH old AS (
    DELETE FROM complaint_rates WHERE begun < (SELECT min(b) FROM unnest($3::timestamptz[]) AS b) - interval '1 day'
)
INSERT INTO complaint_rates AS r (key, span, begun, count)
SELECT t.key, t.span, t.begun, 1
FROM unnest($1::bytea[], $2::text[], $3::timestamptz[]) AS t (key, span, begun)
ORDER BY 1, 2, 3
ON CONFLICT (key, span, begun) DO UPDATE SET count = r.count + 1
RETURNING key, span, begun, count
