-- Take an Idempotency-Key, or find what it stands for; whoever takes it at the same time is waited for. Two that are old
-- leave with each that comes.
--   $1 holder  $2 key  $3 fingerprint  $4 now  $5 old is what is from before
WITH old AS (
    DELETE FROM repeated_answers
    WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM repeated_answers
        WHERE at < $5 AND NOT (holder = $1 AND key = $2)
        ORDER BY at LIMIT 2 FOR UPDATE SKIP LOCKED))
), taken AS (
    INSERT INTO repeated_answers (holder, key, fingerprint, at) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING
    RETURNING fingerprint, status, body
)
SELECT fingerprint, status, body FROM taken
UNION ALL
SELECT fingerprint, status, body FROM repeated_answers WHERE holder = $1 AND key = $2
