-- The import of a file; the same file is the same import.  $1 account  $2 name  $3 digest  $4 now
WITH opened AS (
    INSERT INTO consent_imports (account_id, name, digest, opened_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING
    RETURNING import_id, state
)
SELECT import_id, state FROM opened
UNION ALL
SELECT import_id, state FROM consent_imports WHERE account_id = $1 AND digest = $3
LIMIT 1
