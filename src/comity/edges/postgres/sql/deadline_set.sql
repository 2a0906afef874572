-- Set a deadline, or move it.  $1 kind, $2 subject, $3 account, $4 when
INSERT INTO deadlines (kind, subject, account_id, due_at, try_at) VALUES ($1, $2, $3, $4, $4)
ON CONFLICT (kind, subject)
DO UPDATE SET due_at = excluded.due_at, try_at = excluded.try_at, account_id = excluded.account_id, failures = 0
