-- Take the deed that is due longest and that nobody else is doing; it leaves when the transaction commits.
-- $1 now, $2 the kinds that can be done here
DELETE FROM deadlines d
USING (
    SELECT kind, subject FROM deadlines
    WHERE try_at <= $1 AND kind = ANY ($2::text[])
    ORDER BY try_at, kind, subject
    LIMIT 1
    FOR UPDATE SKIP LOCKED
) due
WHERE d.kind = due.kind AND d.subject = due.subject
RETURNING d.kind, d.subject, d.account_id, d.due_at
