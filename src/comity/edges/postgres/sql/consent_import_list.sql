-- Imports, newest first.  $1 account or null  $2 number below which they stand  $3 how many
SELECT i.import_id, a.name AS account, i.name, i.state, i.recorded, i.known, i.rejected, i.reasons, i.opened_at,
       i.settled_at, i.settled_by
FROM consent_imports i JOIN accounts a ON a.account_id = i.account_id
WHERE ($1::bigint IS NULL OR i.account_id = $1) AND i.import_id < $2
ORDER BY i.import_id DESC
LIMIT $3
