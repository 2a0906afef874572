-- Messages to numbers that nobody held, kept no longer.  $1 before  $2 now  $3 how many at most
WITH gone AS (
    DELETE FROM inbound_unclaimed u
    WHERE u.number IN (
        SELECT o.number FROM inbound_unclaimed o
        WHERE o.at < $1 AND NOT is_preserved_data(NULL, o.sender, o.at, $2)
        LIMIT $3)
    RETURNING 1
)
SELECT count(*), note_leftovers(CASE WHEN count(*) > 0 THEN '{inbound_unclaimed}'::text[] END) FROM gone
