-- Take the deed that is due longest and that nobody else is doing; it leaves when the transaction commits.
-- $1 now, $2 the kinds that can be done here
-- Chosen once, before anything is removed: as a subquery of the join it may be run anew for every row, and each time
-- takes another, which would be removed and never done.
WITH due AS MATERIALIZED (
    SELECT kind, subject FROM deadlines
    WHERE try_at <= $1 AND kind = ANY ($2::text[])
    ORDER BY try_at, kind, subject
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
DELETE FROM deadlines d
USING due
WHERE d.kind = due.kind AND d.subject = due.subject
RETURNING d.kind, d.subject, d.account_id, d.due_at
