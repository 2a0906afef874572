-- Claims letters that are due, with the account that they greet; each goes to one worker.
--   $1 now  $2 token of this claim  $3 claimed until  $4 at most
WITH due AS (
    SELECT mail_id
    FROM letters
    WHERE due_at <= $1 AND (claimed_until IS NULL OR claimed_until <= $1)
    ORDER BY due_at
    LIMIT $4
    FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE letters m
    SET claimed_until = $3, claimed_by = $2, attempt = least(m.attempt + 1, 30000)
    FROM due
    WHERE m.mail_id = due.mail_id
    RETURNING m.mail_id, m.kind, m.account_id, m.address, m.summary, m.left_at, m.attempt
)
SELECT m.*, a.name AS account
FROM claimed m
LEFT JOIN accounts a ON a.account_id = m.account_id
