-- The last look at an account is wanted no more. One that is being done is left to whoever does it, who waits for the
-- account and finds it open.  $1 kind of deadlines  $2 account
DELETE FROM deadlines d
USING (SELECT kind, subject FROM deadlines WHERE kind = $1 AND account_id = $2 FOR UPDATE SKIP LOCKED) waits
WHERE d.kind = waits.kind AND d.subject = waits.subject
