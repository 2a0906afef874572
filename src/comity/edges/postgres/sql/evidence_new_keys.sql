-- Keep new keys of subjects.  $1 accounts  $2 subjects  $3 public keys  $4 private keys, sealed  $5 now
INSERT INTO subject_keys (account_id, subject, public_key, private_key, made_at)
SELECT new.*, $5::timestamptz
FROM unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::bytea[]) AS new (account_id, subject, public_key, private_key)
RETURNING account_id, subject, key_id, public_key
