-- Logins with more parts waiting than they may have.  $1 the most
SELECT system_id FROM esme_parts GROUP BY system_id HAVING count(*) > $1
