-- Opt-outs of an account, newest first.  $1 account  $2 recipient or null  $3 number below which they stand  $4 how many
SELECT o.number, o.recipient, o.scope, o.subject, o.source, o.memo, o.at
FROM opt_outs o
WHERE o.account_id = $1 AND o.number < $3 AND ($2::text IS NULL OR o.recipient = $2)
ORDER BY o.number DESC
LIMIT $4
