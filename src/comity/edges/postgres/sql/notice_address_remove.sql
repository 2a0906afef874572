-- Notices are mailed to an address no more, not even those that wait.  $1 account  $2 address
--   $3 one that goes all the same, or none
WITH gone AS (
    DELETE FROM notice_addresses WHERE account_id = $1 AND email = $2 RETURNING email
), given_up AS (
    UPDATE notice_deliveries SET state = 'failed', remark = 'removed'
    WHERE account_id = $1 AND channel = 'email' AND address = $2 AND state = 'waiting'
      AND notice_id IS DISTINCT FROM $3::uuid
)
SELECT count(*) > 0 FROM gone
