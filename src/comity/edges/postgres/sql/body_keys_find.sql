-- Keys of numbers, with null where one has none.  $1 accounts  $2 subjects
SELECT q.account_id, q.subject, k.key_id, k.wrapped
FROM unnest($1::bigint[], $2::bytea[]) AS q (account_id, subject)
LEFT JOIN body_keys k ON k.account_id = q.account_id AND k.subject = q.subject
