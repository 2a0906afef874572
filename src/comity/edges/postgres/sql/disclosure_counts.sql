-- How many records of each kind each account has in a scope.  $1 numbers  $2 accounts  $3 since  $4 until
SELECT 'message' AS kind, m.account_id, count(*) AS records
FROM messages m
WHERE m.id >= lower_id($3) AND m.id < lower_id($4)
  AND ($2::bigint[] = '{}' OR m.account_id = ANY ($2))
  AND ($1::text[] = '{}' OR m.recipient = ANY ($1) OR ltrim(m.sender, '+') = ANY ($1))
GROUP BY m.account_id
UNION ALL
SELECT 'reply', i.account_id, count(*)
FROM inbox i
WHERE i.at >= $3 AND i.at < $4
  AND ($2 = '{}' OR i.account_id = ANY ($2))
  AND ($1 = '{}' OR ltrim(i.sender, '+') = ANY ($1) OR ltrim(i.receiver, '+') = ANY ($1))
GROUP BY i.account_id
UNION ALL
SELECT 'consent', c.account_id, count(*)
FROM consents c
WHERE c.at >= $3 AND c.at < $4 AND ($2 = '{}' OR c.account_id = ANY ($2)) AND ($1 = '{}' OR c.recipient = ANY ($1))
GROUP BY c.account_id
UNION ALL
SELECT 'opt_out', o.account_id, count(*)
FROM opt_outs o
WHERE o.at >= $3 AND o.at < $4 AND ($2 = '{}' OR o.account_id = ANY ($2)) AND ($1 = '{}' OR o.recipient = ANY ($1))
GROUP BY o.account_id
