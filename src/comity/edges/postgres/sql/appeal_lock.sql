-- An appeal to decide, with its sanction.  $1 id
SELECT p.appeal_id, p.account_id, p.sanction_id, p.state, p.first_decider, p.case_id, s.reasons ->> 'clause' AS clause,
       NOT EXISTS (SELECT FROM sanctions e WHERE e.account_id = s.account_id AND s.sanction_id = ANY (e.ends)) AS in_force
FROM appeals p
JOIN sanctions s ON s.sanction_id = p.sanction_id
WHERE p.appeal_id = $1
FOR UPDATE OF p
