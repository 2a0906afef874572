-- Forgets whence keys were used long ago; how many such places.  $1 before this instant  $2 at most
WITH old AS (
    SELECT o.account_id, o.key, o.country, o.network
    FROM key_origins o
    WHERE o.last_at < $1
    ORDER BY o.last_at
    LIMIT $2
    FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM key_origins o USING old
    WHERE o.account_id = old.account_id AND o.key = old.key AND o.country = old.country AND o.network = old.network
    RETURNING 1
)
SELECT count(*) FROM gone
