-- What is known of a key and its account when it is used from a country.
--   $1 account  $2 key or system id  $3 country, or ''  $4 before this instant, a use says nothing of today
SELECT (SELECT c.challenge_id::text FROM challenges c
        WHERE c.kind = 'country' AND c.key = $2 AND c.country = $3 AND c.account_id = $1 AND c.state <> 'confirmed'
        ORDER BY c.challenge_id DESC LIMIT 1) AS stopped,
       EXISTS (SELECT FROM key_origins o WHERE o.account_id = $1 AND o.country = $3 AND o.last_at > $4)
       OR EXISTS (SELECT FROM account_places p WHERE p.account_id = $1 AND p.country = $3) AS known,
       -- Of any key: a spare one that nobody ever used is no way round, nor does it open a country for the others.
       (SELECT min(o.first_at) FROM key_origins o WHERE o.account_id = $1 AND o.country <> '') AS since,
       coalesce((SELECT t.sent FROM account_traffic t WHERE t.account_id = $1), 0) AS sent
