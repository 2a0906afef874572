-- Messages by category and bin, in the week before a day and in the four weeks before that.
--   $1 the day after the last
SELECT category, bin,
       coalesce(sum(messages) FILTER (WHERE day >= $1::date - 7), 0)::bigint AS lately,
       coalesce(sum(messages) FILTER (WHERE day < $1::date - 7), 0)::bigint AS before
FROM score_days
WHERE day >= $1::date - 35 AND day < $1::date
GROUP BY category, bin
ORDER BY category, bin
