-- A sanction, and whether it is in force.  $1 sanction
SELECT s.account_id, s.event, s.at, s.by, s.reasons, s.until,
       s.event IN ('watch', 'limit', 'suspend', 'deactivate')
       AND NOT EXISTS (SELECT FROM sanctions e WHERE e.account_id = s.account_id AND s.sanction_id = ANY (e.ends)) AS in_force
FROM sanctions s
WHERE s.sanction_id = $1
