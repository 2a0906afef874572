-- Puts what an account and those below it have waiting out of reach of dispatchers while they may not send, and back
-- when they may: a thousand years on, and back by as many.  $1 account
WITH family AS (
    SELECT f.account_id, NOT may_send(f.account_id) AS barred
    FROM family_of($1) AS f (account_id)
)
UPDATE queue q
SET due_at = CASE WHEN f.barred THEN q.due_at + interval '1000 years' ELSE q.due_at - interval '1000 years' END
FROM family f
WHERE q.account_id = f.account_id AND f.barred = (q.due_at < '2900-01-01T00:00:00Z')
