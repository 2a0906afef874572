-- What a case holds, and a challenge stops too that nobody has answered, or that was denied, is held in the case of that
-- one instead. The challenge is the one that the message's verdict names; a verdict from before there was one names none,
-- and then it is the open one of its kind. What was denied before is refused by a deed, as the rest was.
--   $1 case  $2 now
WITH stopped AS MATERIALIZED (
    SELECT n.account_id, n.message_id, n.findings,
           (array_agg(o.challenge_id ORDER BY o.state = 'denied' DESC, o.case_id))[1] AS challenge_id
    FROM case_messages n
    JOIN message_life l ON l.account_id = n.account_id AND l.id = n.message_id AND l.state = 'held'
    JOIN messages m ON m.account_id = n.account_id AND m.id = n.message_id
    CROSS JOIN LATERAL jsonb_array_elements(m.verdict -> 'findings') AS f
    JOIN challenges o ON o.account_id = n.account_id AND o.state <> 'confirmed' AND o.case_id <> $1
     AND f ->> 'rule' = CASE o.kind WHEN 'country' THEN 'key-from-new-country' ELSE 'sudden-volume' END
     AND CASE coalesce(f #>> '{evidence,0,observed}', '')
         WHEN '' THEN o.ended_at IS NULL
         ELSE o.challenge_id::text = f #>> '{evidence,0,observed}' END
    WHERE n.case_id = $1 AND n.effect = '' AND coalesce((f ->> 'enforced')::boolean, true)
      AND EXISTS (SELECT FROM challenges e WHERE e.account_id = n.account_id AND e.state <> 'confirmed')
    GROUP BY n.account_id, n.message_id, n.findings
), named AS (
    INSERT INTO case_messages (case_id, account_id, message_id, findings)
    SELECT o.case_id, s.account_id, s.message_id, s.findings
    FROM stopped s JOIN challenges o ON o.challenge_id = s.challenge_id
    ON CONFLICT (case_id, message_id) DO UPDATE SET effect = ''
), settled AS (
    INSERT INTO deadlines (kind, subject, account_id, due_at, try_at)
    SELECT DISTINCT 'challenge-settle', o.challenge_id || ' of ' || $1::bigint, o.account_id, $2::timestamptz, $2::timestamptz
    FROM stopped s JOIN challenges o ON o.challenge_id = s.challenge_id
    WHERE o.ended_at IS NOT NULL
    ON CONFLICT DO NOTHING
)
UPDATE case_messages n
SET effect = 'none'
FROM stopped s
WHERE n.case_id = $1 AND n.account_id = s.account_id AND n.message_id = s.message_id
