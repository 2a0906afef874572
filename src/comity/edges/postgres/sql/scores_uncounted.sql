-- The days of the last while whose scores nobody counted yet, the earliest first.
--   $1 first day  $2 the day after the last
SELECT d.day::date AS day
FROM generate_series($1::date, $2::date - 1, interval '1 day') AS d (day)
WHERE NOT EXISTS (SELECT FROM score_days s WHERE s.day = d.day::date)
ORDER BY 1
