-- A grant that a takedown ended is in force again; unless somebody changed it since, or another takedown that stands names
-- the sender: to that one it is handed, to be given back with it.
--   $1 takedown  $2 account  $3 sender key  $4 its end before  $5 the end that the takedown set  $6 all of these, as JSON
WITH other AS (
    SELECT t.takedown_id
    FROM takedowns t
    JOIN complaints c ON c.number = t.number
    JOIN takedown_answers a ON a.takedown_id = t.takedown_id
    WHERE t.state = 'upheld' AND t.takedown_id <> $1 AND $2 IN (SELECT family_of(a.account_id))
      AND lower(regexp_replace(btrim(c.sender), '^\+', '')) = $3
    ORDER BY t.takedown_id
    LIMIT 1
), handed AS (
    UPDATE takedowns t SET grants = t.grants || $6::jsonb FROM other o WHERE t.takedown_id = o.takedown_id
)
UPDATE sender_grants
SET expires_at = $4
WHERE account_id = $2 AND sender_key = $3 AND expires_at = $5 AND NOT EXISTS (SELECT FROM other)
