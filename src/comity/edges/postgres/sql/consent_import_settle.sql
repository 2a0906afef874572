-- Says what became of an import.  $1 account  $2 import  $3 state before  $4 state  $5 now  $6 by  $7 reasons or null
UPDATE consent_imports
SET state = $4, settled_at = $5, settled_by = $6, reasons = coalesce($7, reasons)
WHERE account_id = $1 AND import_id = $2 AND state = $3
