-- What an account was told of disclosures, the latest first.  $1 account  $2..$3 before this instant and number, or null
--   $4 how many at most
SELECT request_id, number, event, at, told_at, body
FROM disclosures_told
WHERE account_id = $1 AND ($2::timestamptz IS NULL OR (told_at, number) < ($2, $3::bigint))
ORDER BY told_at DESC, number DESC
LIMIT $4
