-- Accounts with enough messages, and how these fared by day.  $1 first day  $2 at least so many
WITH busy AS (
    SELECT d.account_id
    FROM account_days d
    WHERE d.day >= $1
    GROUP BY d.account_id
    HAVING sum(d.sent + d.refused) >= $2
), stopped AS (
    -- What recipients did, not what the account entered itself.
    SELECT o.account_id, (o.at AT TIME ZONE 'UTC')::date AS day, count(DISTINCT o.recipient) AS opt_outs
    FROM opt_outs o
    JOIN busy USING (account_id)
    WHERE o.at >= $1::date::timestamp AT TIME ZONE 'UTC' AND o.source <> 'api'
    GROUP BY o.account_id, day
), complained AS (
    SELECT c.account_id, (c.opened_at AT TIME ZONE 'UTC')::date AS day,
           sum(coalesce((c.facts ->> 'weight')::float8, 1)) AS complaints
    FROM cases c
    JOIN busy USING (account_id)
    WHERE c.kind = 'complaint' AND c.opened_at >= $1::date::timestamp AT TIME ZONE 'UTC' AND c.outcome <> 'overturn'
    GROUP BY c.account_id, day
)
SELECT a.account_id, a.standing,
       (SELECT jsonb_agg(jsonb_build_object(
                   'day', day, 'sent', coalesce(d.sent, 0), 'refused', coalesce(d.refused, 0),
                   'settled', coalesce(d.settled, 0), 'rejected', coalesce(d.rejected, 0),
                   'unreachable', coalesce(d.unreachable, 0), 'opt_outs', coalesce(s.opt_outs, 0),
                   'complaints', coalesce(c.complaints, 0)) ORDER BY day)
        FROM (SELECT * FROM account_days d WHERE d.account_id = a.account_id AND d.day >= $1) d
        FULL JOIN (SELECT * FROM stopped s WHERE s.account_id = a.account_id) s USING (day)
        FULL JOIN (SELECT * FROM complained c WHERE c.account_id = a.account_id) c USING (day)) AS days
FROM accounts a
JOIN busy USING (account_id)
WHERE a.standing <> 'deactivated'
ORDER BY a.account_id
