-- The sanctions in force that strikes asked for, in order.  $1 account
SELECT s.sanction_id, s.event, s.reasons ->> 'clause' AS clause
FROM sanctions s
WHERE s.account_id = $1 AND s.by_strikes AND s.event IN ('watch', 'limit', 'suspend', 'deactivate')
  AND NOT EXISTS (SELECT FROM sanctions e WHERE e.account_id = s.account_id AND s.sanction_id = ANY (e.ends))
ORDER BY s.sanction_id
