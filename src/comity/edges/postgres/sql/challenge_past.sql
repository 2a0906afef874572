-- What accounts sent in the days before today (UTC): the busiest hour, the busiest day; and since when they send at all: one
-- that paused is not new. A day on which somebody else sent in an account's name says nothing of its habits.  $1 accounts  $2 now  $3 how many days back
SELECT q.account_id, coalesce(max(d.busiest), 0)::bigint AS hour, coalesce(max(d.messages), 0)::bigint AS day,
       least(min(d.first), (SELECT t.since FROM account_traffic t WHERE t.account_id = q.account_id)) AS since
FROM unnest($1::bigint[]) AS q (account_id)
LEFT JOIN LATERAL (
    SELECT date_trunc('day', t.hour, 'UTC') AS day, max(t.messages) AS busiest, sum(t.messages) AS messages,
           min(t.hour) AS first
    FROM sender_traffic t
    WHERE t.account_id = q.account_id AND t.sender_key = ''
      AND t.hour >= date_trunc('day', $2::timestamptz, 'UTC') - make_interval(days => $3)
      AND t.hour < date_trunc('day', $2::timestamptz, 'UTC')
    GROUP BY 1
) d ON NOT EXISTS (
    SELECT FROM challenges c
    WHERE c.account_id = q.account_id AND c.state = 'denied' AND date_trunc('day', c.opened_at, 'UTC') = d.day)
GROUP BY q.account_id
