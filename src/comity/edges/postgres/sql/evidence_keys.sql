-- Public keys of subjects that have one.  $1 accounts  $2 subjects
SELECT k.account_id, k.subject, k.key_id, k.public_key
FROM unnest($1::bigint[], $2::bytea[]) AS asked (account_id, subject)
JOIN subject_keys k ON k.account_id = asked.account_id AND k.subject = asked.subject
