-- A key was used from somewhere; what is old is forgotten by a deed once a day.
--   $1 account  $2 key or system id  $3 country  $4 network  $5 now
WITH forgetting AS (
    INSERT INTO deadlines (kind, subject, due_at, try_at)
    VALUES ('challenge-forget', 'origins', $5::timestamptz + interval '1 day', $5::timestamptz + interval '1 day')
    ON CONFLICT DO NOTHING
)
INSERT INTO key_origins AS o (account_id, key, country, network, first_at, last_at)
VALUES ($1, $2, $3, $4, $5, $5)
ON CONFLICT (account_id, key, country, network) DO UPDATE SET last_at = greatest(o.last_at, excluded.last_at)
