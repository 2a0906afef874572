-- Mails of notices older than any server's patience are given up.  $1 now  $2 left before
WITH old AS (
    UPDATE notice_deliveries
    SET state = 'failed', settled_at = $1, remark = CASE remark WHEN '' THEN 'never tried' ELSE remark END
    WHERE channel = 'email' AND state = 'waiting' AND left_at <= $2
      AND (claimed_until IS NULL OR claimed_until <= $1)
    RETURNING 1
)
SELECT count(*) FROM old
