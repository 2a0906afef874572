-- What a number wrote to an account loses it, and what it says.  $1 account  $2 number  $3 what stands in its place
WITH erased AS (
    UPDATE inbox i
    SET text = '', body = NULL, subject = NULL, box_id = NULL, sender = $3
    WHERE i.account_id = $1 AND i.sender = $2
    RETURNING 1
)
SELECT count(*) FROM erased
