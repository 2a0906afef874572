-- Keys that another epoch's key wraps, a page at a time.  $1..$2 after this account and subject  $3 the epoch  $4 at most
SELECT account_id, subject, wrapped
FROM body_keys
WHERE (account_id, subject) > ($1, $2) AND epoch_of(wrapped) <> $3
ORDER BY account_id, subject
LIMIT $4
