-- Complaints of a number about an account's messages that still say something of it.  $1 account  $2 number
--   $3 what stands for it
SELECT c.complaint_id, c.state, complaint_ended(c) AS ended, complaint_kept_until(c) AS kept_until
FROM complaints c
WHERE c.account_id = $1 AND (c.recipient_key = $3 OR c.recipient = $2) AND c.erased_at IS NULL
ORDER BY c.complaint_id
FOR NO KEY UPDATE OF c
