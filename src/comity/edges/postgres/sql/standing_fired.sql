-- A trigger has acted on an account.  $1 account  $2 trigger  $3 now
INSERT INTO trigger_firings (account_id, trigger, at) VALUES ($1, $2, $3)
ON CONFLICT (account_id, trigger) DO UPDATE SET at = excluded.at
