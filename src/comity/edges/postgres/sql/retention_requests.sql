-- Requests to opt in that came to an end so long ago, with no consent left of them.  $1 before  $2 now  $3 how many at most
WITH gone AS (
    DELETE FROM consent_requests r
    WHERE (r.account_id, r.id) IN (
        SELECT q.account_id, q.id FROM consent_requests q
        WHERE q.state <> 'pending' AND coalesce(q.settled_at, q.expires_at) < $1
          AND NOT EXISTS (SELECT FROM consents c WHERE c.account_id = q.account_id AND c.number = q.consent)
          AND NOT is_preserved_data(q.account_id, q.recipient, q.at, $2)
        LIMIT $3)
    RETURNING 1
)
SELECT count(*), note_leftovers(CASE WHEN count(*) > 0 THEN '{consent_requests}'::text[] END) FROM gone
