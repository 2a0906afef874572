-- Strikes that led to a sanction.  $1 sanction
SELECT strike_id FROM sanction_strikes WHERE sanction_id = $1 ORDER BY strike_id
