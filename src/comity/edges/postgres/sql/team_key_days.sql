-- The last days on which keys were used; of two processes the later day stays.  $1 accounts  $2 client ids  $3 days
INSERT INTO key_days (account_id, client_id, last_used)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::date[]) AS used (account_id, client_id, last_used) ORDER BY client_id
ON CONFLICT (account_id, client_id) DO UPDATE SET last_used = excluded.last_used
WHERE key_days.last_used < excluded.last_used
