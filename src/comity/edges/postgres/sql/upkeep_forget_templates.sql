-- Templates that were not used for long; those seldom used go sooner.
--   $1 last used before  $2 at most  $3 seldom used: last used before  $4 seldom: sent less often than this
WITH gone AS (
    DELETE FROM template_traffic
    WHERE ctid = ANY (ARRAY(
        SELECT ctid
        FROM template_traffic
        WHERE last_day < greatest($1::date, $3::date) AND (last_day < $1::date OR sent < $4)
        LIMIT $2
    ))
    RETURNING 1
)
SELECT count(*) FROM gone
