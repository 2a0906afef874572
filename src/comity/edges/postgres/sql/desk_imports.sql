-- Imports, the newest first.  $1 account or null  $2 state or ''  $3 number below which, or null  $4 how many
--   $5 one alone, or null
SELECT i.import_id, a.name AS account, i.name, i.state, i.recorded, i.known, i.rejected, i.reasons, i.opened_at,
       i.settled_at, i.settled_by
FROM consent_imports i JOIN accounts a ON a.account_id = i.account_id
WHERE ($1::bigint IS NULL OR i.account_id = $1) AND ($2 = '' OR i.state::text = $2)
  AND ($3::bigint IS NULL OR i.import_id < $3) AND ($5::bigint IS NULL OR i.import_id = $5)
ORDER BY i.import_id DESC
LIMIT $4
