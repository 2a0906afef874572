-- Where an account is no stranger to a number: the person wrote to it, or one of its messages went there at once, while
-- nobody else's were counted: what went in a storm makes nobody known, nor does what may be taken back.
--   $1 place in the batch  $2 account  $3 recipient  $4 first id that counts  $5 first that does so no more
SELECT q.place
FROM unnest($1::int[], $2::bigint[], $3::text[]) AS q (place, account_id, recipient)
WHERE EXISTS (SELECT FROM inbox i WHERE i.account_id = q.account_id AND i.sender = q.recipient)
   OR EXISTS (
       SELECT
       FROM (
           SELECT m.id, m.action, m.due_at, m.verdict
           FROM messages m
           WHERE m.account_id = q.account_id AND m.recipient = q.recipient AND m.id >= $4 AND m.id < $5
           -- the oldest are from before the storm
           ORDER BY m.id
           LIMIT 50
       ) m
       WHERE m.action IN ('allow', 'note') AND m.id >= lower_id(m.due_at)
         AND jsonb_array_length(
             jsonb_path_query_array(m.verdict, 'strict $.facts.arrivals[*] ? (@[1] > 0)', '{}', true)) = 0
   )
