-- Grants of a sender end for the accounts that a takedown concerns, and for whomever they shared it with since; with each
-- when it ended before.
--   $1 takedown  $2 sender key, '' for none  $3 now
WITH RECURSIVE meant AS (
    SELECT g.account_id
    FROM takedown_answers a
    JOIN sender_grants g ON g.account_id = a.account_id AND g.sender_key = $2
    WHERE a.takedown_id = $1 AND $2 <> ''
    UNION
    SELECT g.account_id
    FROM meant m
    JOIN sender_grants g ON g.shared_from = m.account_id AND g.sender_key = $2
)
UPDATE sender_grants g
SET expires_at = $3
FROM meant m, sender_grants was
WHERE g.account_id = m.account_id AND g.sender_key = $2 AND (g.expires_at IS NULL OR g.expires_at > $3)
  AND was.account_id = g.account_id AND was.sender_key = g.sender_key
RETURNING g.account_id, g.sender_key, was.expires_at, g.expires_at AS ended_at
