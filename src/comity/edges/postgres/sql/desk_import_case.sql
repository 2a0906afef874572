-- The case that a held import waits in.  $1 import
SELECT c.case_id
FROM consent_imports i
JOIN cases c ON c.account_id = i.account_id AND c.kind = 'import' AND (c.facts ->> 'import')::bigint = i.import_id
WHERE i.import_id = $1 AND c.state NOT IN ('decided', 'closed')
ORDER BY c.case_id DESC
LIMIT 1
