-- Bring back keys that are not there.  $1 account  $2 subject  $3 key id (text)  $4 wrapped  $5 when the backup was made
-- None of a number, or of a complaint, that was erased since: its erasure outlives every backup.
WITH back AS (
    INSERT INTO body_keys (account_id, subject, key_id, wrapped)
    SELECT q.account_id, q.subject, q.key_id::uuid, q.wrapped
    FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::bytea[]) AS q (account_id, subject, key_id, wrapped)
    WHERE NOT EXISTS (
        SELECT FROM erasures e
        WHERE e.account_id = q.account_id AND e.subject = q.subject AND e.done_at >= $5)
      AND NOT EXISTS (SELECT FROM complaints c WHERE q.account_id = 0 AND c.subject = q.subject AND c.erased_at >= $5)
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM back
