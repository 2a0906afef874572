-- What is in an erasure's way.  $1 account  $2 number  $3 now
SELECT is_preserved($1, $2, $3) AS preserved, (
    SELECT count(*)
    FROM messages m
    JOIN message_life l ON l.account_id = m.account_id AND l.id = m.id
    WHERE m.account_id = $1 AND m.recipient = $2
      AND l.state IN ('accepted', 'held', 'deferred', 'queued', 'submitting')
) + (SELECT count(*) FROM esme_parts p WHERE p.account_id = $1 AND p.recipient = $2) AS waiting
