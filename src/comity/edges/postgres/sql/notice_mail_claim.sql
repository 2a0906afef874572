-- Claims mails that are due; each goes to one worker.  $1 now  $2 token of this claim  $3 claimed until  $4 at most
WITH due AS (
    SELECT account_id, notice_id, address
    FROM notice_deliveries
    WHERE channel = 'email' AND state = 'waiting' AND due_at <= $1
      AND (claimed_until IS NULL OR claimed_until <= $1)
    ORDER BY due_at
    LIMIT $4
    FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE notice_deliveries d
    SET claimed_until = $3, claimed_by = $2, attempt = least(d.attempt + 1, 30000)
    FROM due
    WHERE d.account_id = due.account_id AND d.notice_id = due.notice_id AND d.channel = 'email'
      AND d.address = due.address
    RETURNING d.account_id, d.notice_id, d.address, d.language, d.attempt
)
SELECT c.account_id, c.notice_id, c.address, c.language, c.attempt, n.kind, n.body, n.left_at, a.name AS account
FROM claimed c
JOIN notices n ON n.account_id = c.account_id AND n.notice_id = c.notice_id
JOIN accounts a ON a.account_id = c.account_id
ORDER BY n.number, c.address
