-- What is too old goes, some at a time. Gives when the oldest that is left was written; null where none is.
--   $1 account  $2 up to this instant  $3 at most
WITH old AS (
    SELECT number FROM activity WHERE account_id = $1 AND at <= $2 ORDER BY number LIMIT $3
), gone AS (
    DELETE FROM activity a USING old WHERE a.account_id = $1 AND a.number = old.number
)
SELECT min(a.at) FROM activity a WHERE a.account_id = $1 AND a.number NOT IN (SELECT number FROM old)
