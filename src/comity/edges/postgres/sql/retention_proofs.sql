-- Answers to requests for proof that ended so long ago.  $1 before  $2 now  $3 how many at most
WITH gone AS (
    DELETE FROM proof_request_recipients r
    WHERE (r.account_id, r.request_id, r.recipient) IN (
        SELECT q.account_id, q.request_id, q.recipient
        FROM proof_requests p
        JOIN proof_request_recipients q USING (account_id, request_id)
        WHERE p.ended_at < $1 AND NOT is_preserved_data(q.account_id, q.recipient, p.asked_at, $2)
        LIMIT $3)
    RETURNING 1
)
SELECT count(*), note_leftovers(CASE WHEN count(*) > 0 THEN '{proof_request_recipients}'::text[] END) FROM gone
