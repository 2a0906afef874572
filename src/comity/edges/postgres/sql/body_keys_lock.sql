-- Keep erasures of these accounts' numbers away until the transaction ends.  $1 accounts, in order
SELECT pg_advisory_xact_lock_shared(body_lock(a.account_id)) FROM unnest($1::bigint[]) AS a (account_id)
