-- Requests, the newest first.  $1 account or NULL for all, $2 only those that are not ended, $3 before which, $4 how many
SELECT p.*, (SELECT count(*) FROM proof_request_recipients r
             WHERE r.account_id = p.account_id AND r.request_id = p.request_id) AS recipients,
       (SELECT count(*) FROM proof_request_recipients r
        WHERE r.account_id = p.account_id AND r.request_id = p.request_id
          AND r.answered_at IS NOT NULL AND r.gaps = '{}') AS proven
FROM proof_requests p
WHERE ($1::bigint IS NULL OR p.account_id = $1)
  AND (NOT $2 OR p.ended_at IS NULL)
  AND ($3::uuid IS NULL OR p.request_id < $3)
ORDER BY p.request_id DESC
LIMIT $4
