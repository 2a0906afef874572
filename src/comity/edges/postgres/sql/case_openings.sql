-- Openings of an account's texts that it may know of by now, the latest it learned of first.
--   $1 account  $2 now  $3..$4 before this instant and number, or null  $5 how many at most
SELECT o.opening_id, c.id AS case_id, o.message_id, o.person, o.reason, o.at, o.visible_at, o.legal_order
FROM text_openings o
LEFT JOIN cases c ON c.case_id = o.case_id
WHERE o.account_id = $1 AND o.visible_at <= $2
  AND ($3::timestamptz IS NULL OR (o.visible_at, o.opening_id) < ($3, $4::bigint))
ORDER BY o.visible_at DESC, o.opening_id DESC
LIMIT $5
