-- Accounts with enough messages, and how these fared by day; those of the accounts below count with an account's own, for
-- which it answers (U19).  $1 first day  $2 at least so many
WITH RECURSIVE line (sender_id, account_id) AS (
    -- each account with itself and with those above it
    SELECT a.account_id, a.account_id FROM accounts a
    UNION ALL
    SELECT l.sender_id, a.parent_id FROM line l JOIN accounts a ON a.account_id = l.account_id WHERE a.parent_id IS NOT NULL
), sent AS (
    SELECT l.account_id, d.day, sum(d.sent) AS sent, sum(d.refused) AS refused, sum(d.settled) AS settled,
           sum(d.rejected) AS rejected, sum(d.unreachable) AS unreachable
    FROM account_days d
    JOIN line l ON l.sender_id = d.account_id
    WHERE d.day >= $1
    GROUP BY l.account_id, d.day
), busy AS (
    SELECT s.account_id FROM sent s GROUP BY s.account_id HAVING sum(s.sent + s.refused) >= $2
), stopped AS (
    -- What recipients did, not what the account entered itself.
    SELECT l.account_id, (o.at AT TIME ZONE 'UTC')::date AS day, count(DISTINCT (o.account_id, o.recipient)) AS opt_outs
    FROM opt_outs o
    JOIN line l ON l.sender_id = o.account_id
    JOIN busy b ON b.account_id = l.account_id
    WHERE o.at >= $1::date::timestamp AT TIME ZONE 'UTC' AND o.source <> 'api'
    GROUP BY l.account_id, day
), complaint AS (
    -- Weighed when they were linked (comity.complaints.weighing); what a person gave a strike for counts no second time.
    SELECT c.account_id, c.filed_at AS at, c.weight::float8 AS weight
    FROM complaints c
    WHERE c.account_id IS NOT NULL AND c.filed_at >= $1::date::timestamp AT TIME ZONE 'UTC' AND c.weight > 0
      AND c.state IN ('received', 'linked', 'investigated', 'upheld') AND c.strike_id IS NULL
    UNION ALL
    -- Those that people opened a case for by hand.
    SELECT c.account_id, c.opened_at, coalesce((c.facts ->> 'weight')::float8, 1)
    FROM cases c
    WHERE c.kind = 'complaint' AND c.opened_at >= $1::date::timestamp AT TIME ZONE 'UTC' AND c.outcome <> 'overturn'
      AND NOT EXISTS (SELECT FROM complaints o WHERE o.case_id = c.case_id)
), complained AS (
    SELECT l.account_id, (c.at AT TIME ZONE 'UTC')::date AS day, sum(c.weight) AS complaints
    FROM complaint c
    JOIN line l ON l.sender_id = c.account_id
    JOIN busy b ON b.account_id = l.account_id
    GROUP BY l.account_id, day
)
SELECT a.account_id, a.standing, EXISTS (SELECT FROM accounts c WHERE c.parent_id = a.account_id) AS is_parent,
       (SELECT jsonb_agg(jsonb_build_object(
                   'day', day, 'sent', coalesce(d.sent, 0), 'refused', coalesce(d.refused, 0),
                   'settled', coalesce(d.settled, 0), 'rejected', coalesce(d.rejected, 0),
                   'unreachable', coalesce(d.unreachable, 0), 'opt_outs', coalesce(s.opt_outs, 0),
                   'complaints', coalesce(c.complaints, 0)) ORDER BY day)
        FROM (SELECT * FROM sent s WHERE s.account_id = a.account_id) d
        FULL JOIN (SELECT * FROM stopped s WHERE s.account_id = a.account_id) s USING (day)
        FULL JOIN (SELECT * FROM complained c WHERE c.account_id = a.account_id) c USING (day)) AS days
FROM accounts a
JOIN busy USING (account_id)
WHERE a.standing <> 'deactivated'
ORDER BY a.account_id
