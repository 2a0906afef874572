-- An appeal is decided.  $1 id  $2 state  $3 by  $4 reasons  $5 now
UPDATE appeals SET state = $2, decided_by = $3, decision = $4, decided_at = $5 WHERE appeal_id = $1
