-- Rows of the queue that are this one's to take away, in order. What a dispatcher has taken this moment is on its way, and
-- stepped over.  $1..$2 messages: account, id
-- A statement of its own: as a part of the one that changes message_life too, PostgreSQL 18.4 crashed (signal 11) wherever
-- dispatchers changed rows of the queue at the same moment (bench/freezes.py stop).
SELECT q.account_id, q.message_id
FROM unnest($1::bigint[], $2::uuid[]) AS w (account_id, message_id)
JOIN queue q ON q.account_id = w.account_id AND q.message_id = w.message_id
ORDER BY q.account_id, q.message_id
FOR UPDATE OF q SKIP LOCKED
