-- What a person agreed to and asked back, for the ledger.  $1 account  $2 recipient
SELECT 'grant' AS kind, c.number, c.at, c.brand, '' AS category, c.expires_at, c.confirmed
FROM consents c
LEFT JOIN consent_imports i ON i.account_id = c.account_id AND i.import_id = c.import_id
WHERE c.account_id = $1 AND c.recipient = $2 AND (c.import_id IS NULL OR i.state IN ('counted', 'released'))
  AND (c.withdrawn_at IS NULL OR EXISTS (
      SELECT FROM consent_withdrawals w
      WHERE w.account_id = $1 AND w.recipient = $2 AND w.at = c.withdrawn_at
  ))
UNION ALL
SELECT 'withdrawal', w.number, w.at, w.brand, '', NULL, false
FROM consent_withdrawals w
WHERE w.account_id = $1 AND w.recipient = $2
UNION ALL
SELECT 'opt_out', o.number, o.at, CASE o.scope WHEN 'brand' THEN o.subject ELSE '' END,
       CASE o.scope WHEN 'category' THEN o.subject ELSE '' END, NULL, false
FROM opt_outs o
WHERE o.account_id = $1 AND o.recipient = $2
ORDER BY at, kind, number
