-- Logins whose password is as it was.  $1 system ids  $2 hashes of their passwords
SELECT e.system_id, e.password_hash
FROM unnest($1::text[], $2::bytea[]) AS q (system_id, password_hash)
JOIN esmes e ON e.system_id = q.system_id AND e.password_hash = q.password_hash
