-- Forget how scores were spread on days long past.
--   $1 days before this moment's  $2 how many rows at most
WITH gone AS (
    DELETE FROM score_days WHERE (day, category, bin) IN (
        SELECT day, category, bin FROM score_days WHERE day < $1::timestamptz::date LIMIT $2)
    RETURNING 1
)
SELECT count(*) FROM gone
