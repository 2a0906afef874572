-- How many messages.  $1 account  $2 from id  $3 below id
SELECT count(*) FROM messages m WHERE m.account_id = $1 AND m.id >= $2 AND m.id < $3
