-- Replies that are kept no longer.  $1 before  $2 now  $3 how many at most
WITH gone AS (
    DELETE FROM inbox i
    WHERE (i.account_id, i.number) IN (
        SELECT o.account_id, o.number FROM inbox o
        WHERE o.at < $1 AND NOT is_preserved_data(o.account_id, o.sender, o.at, $2)
        LIMIT $3)
    RETURNING 1
)
SELECT count(*), note_leftovers(CASE WHEN count(*) > 0 THEN '{inbox}'::text[] END) FROM gone
