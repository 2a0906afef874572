-- Waiting messages whose number the new prefix fits better move to it.  $1 prefix
UPDATE queue q
SET route_prefix = $1
FROM messages m
WHERE m.account_id = q.account_id AND m.id = q.message_id
  AND q.route_prefix <> $1 AND length(q.route_prefix) < length($1) AND starts_with(m.recipient, $1)
