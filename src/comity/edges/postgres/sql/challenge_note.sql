-- A key was used from somewhere; what is old is forgotten by a deed once a day. Of a key and country so many networks are
-- told apart; further ones are '' together, for the country is what is asked about.
--   $1 account  $2 key or system id  $3 country  $4 network  $5 now
WITH forgetting AS (
    -- Looked for first: while the deed runs, its row is there for others, and nobody waits for its end.
    INSERT INTO deadlines (kind, subject, due_at, try_at)
    SELECT 'challenge-forget', 'origins', $5::timestamptz + interval '1 day', $5::timestamptz + interval '1 day'
    WHERE NOT EXISTS (SELECT FROM deadlines d WHERE d.kind = 'challenge-forget' AND d.subject = 'origins')
    ON CONFLICT DO NOTHING
), named AS (
    SELECT CASE WHEN count(*) >= 50 AND NOT coalesce(bool_or(o.network = $4), false) THEN '' ELSE $4 END AS network
    FROM key_origins o
    WHERE o.account_id = $1 AND o.key = $2 AND o.country = $3
)
INSERT INTO key_origins AS o (account_id, key, country, network, first_at, last_at)
SELECT $1, $2, $3, n.network, $5, $5 FROM named n
ON CONFLICT (account_id, key, country, network) DO UPDATE SET last_at = greatest(o.last_at, excluded.last_at)
