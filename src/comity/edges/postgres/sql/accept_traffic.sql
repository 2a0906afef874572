-- What accounts and senders sent up to now.  $1 place  $2 account  $3 sender key  $4 now
-- Days count in hours begun within the last 24, minutes as those begun within the last 60.
SELECT q.place,
       (SELECT coalesce(sum(t.messages), 0)
        FROM sender_traffic t
        WHERE t.account_id = q.account_id AND t.sender_key = ''
          AND t.hour >= date_trunc('day', $4::timestamptz, 'UTC') AND t.hour <= $4::timestamptz) AS account_day,
       d.sender_day, d.recipients, m.busiest, m.in_minute,
       (SELECT count(*)
        FROM (
            SELECT FROM inbox i
            WHERE i.account_id = q.account_id AND i.receiver = q.sender_key AND i.at > $4::timestamptz - interval '24 hours'
            LIMIT 10000
        ) i) AS replies
FROM unnest($1::int[], $2::bigint[], $3::text[]) AS q (place, account_id, sender_key)
CROSS JOIN LATERAL (
    SELECT coalesce(sum(t.messages), 0) AS sender_day, bit_or(t.recipients) AS recipients
    FROM sender_traffic t
    WHERE t.account_id = q.account_id AND t.sender_key = q.sender_key
      AND t.hour > $4::timestamptz - interval '24 hours' AND t.hour <= $4::timestamptz
) d
CROSS JOIN LATERAL (
    SELECT coalesce(max(u.messages), 0) AS busiest,
           coalesce(max(u.messages) FILTER (WHERE u.began > $4::timestamptz - interval '1 minute'), 0) AS in_minute
    FROM (
        SELECT n.messages, t.hour + (n.place - 1) * interval '1 minute' AS began
        FROM sender_traffic t
        CROSS JOIN LATERAL unnest(t.minutes) WITH ORDINALITY AS n (messages, place)
        WHERE t.account_id = q.account_id AND t.sender_key = q.sender_key
          AND t.hour > $4::timestamptz - interval '2 hours' AND t.hour <= $4::timestamptz
    ) u
    WHERE u.began > $4::timestamptz - interval '60 minutes' AND u.began <= $4::timestamptz
) m
