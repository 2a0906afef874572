-- What is known of a key and its account when it is used from a country, and how many messages are held of what stops it.
-- What was denied stops for some minutes, until all nodes and binds heard of it; whoever holds the key's or login's new
-- secret after that is asked as anybody. 'ZZ' stands for all further countries.
--   $1 account  $2 key or system id  $3 country, or ''  $4 before this instant, a use says nothing of today  $5 now
SELECT s.challenge_id::text AS stopped, k.known,
       (SELECT count(*) FROM case_messages m WHERE m.case_id = s.case_id) AS held,
       -- Of any key: a spare one that nobody ever used is no way round, nor does it open a country for the others.
       (SELECT min(o.first_at) FROM key_origins o WHERE o.account_id = $1 AND o.country <> '') AS since,
       coalesce((SELECT t.sent FROM account_traffic t WHERE t.account_id = $1), 0) AS sent
FROM (
    SELECT d.declared,
           d.declared OR EXISTS (
               SELECT FROM key_origins o WHERE o.account_id = $1 AND o.country = $3 AND o.last_at > $4) AS known
    FROM (SELECT EXISTS (SELECT FROM account_places p WHERE p.account_id = $1 AND p.country = $3) AS declared) d
) k
LEFT JOIN LATERAL (
    SELECT c.challenge_id, c.case_id
    FROM challenges c
    WHERE c.kind = 'country' AND c.key = $2 AND c.account_id = $1
      AND CASE c.country
          WHEN $3 THEN c.state IN ('open', 'lapsed')
                       OR (c.state = 'denied' AND NOT k.declared AND c.ended_at > $5::timestamptz - interval '10 minutes')
          WHEN 'ZZ' THEN c.state IN ('open', 'lapsed') AND NOT k.known
          ELSE false END
    ORDER BY c.country = $3 DESC, c.challenge_id DESC
    LIMIT 1
) s ON true
