-- Make keys that are not there yet.  $1 accounts  $2 subjects  $3 key ids  $4 wrapped keys
INSERT INTO body_keys (account_id, subject, key_id, wrapped)
SELECT q.account_id, q.subject, q.key_id, q.wrapped
FROM unnest($1::bigint[], $2::bytea[], $3::uuid[], $4::bytea[]) AS q (account_id, subject, key_id, wrapped)
ON CONFLICT DO NOTHING
