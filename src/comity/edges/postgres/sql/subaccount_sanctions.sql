-- Sanctions in force that somebody decided.  $1 account  $2 by
SELECT s.sanction_id
FROM sanctions s
WHERE s.account_id = $1 AND s.by = $2 AND s.event IN ('watch', 'limit', 'suspend', 'deactivate')
  AND NOT EXISTS (SELECT FROM sanctions e WHERE e.account_id = s.account_id AND s.sanction_id = ANY (e.ends))
ORDER BY s.sanction_id
