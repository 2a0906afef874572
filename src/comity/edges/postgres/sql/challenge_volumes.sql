-- What accounts send this hour and this day (UTC), and since when today.  $1 accounts  $2 now
SELECT q.account_id, coalesce(sum(t.messages), 0)::bigint AS day, min(t.hour) AS since,
       coalesce(sum(t.messages) FILTER (WHERE t.hour = date_trunc('hour', $2::timestamptz, 'UTC')), 0)::bigint AS hour
FROM unnest($1::bigint[]) AS q (account_id)
LEFT JOIN sender_traffic t
       ON t.account_id = q.account_id AND t.sender_key = ''
      AND t.hour >= date_trunc('day', $2::timestamptz, 'UTC') AND t.hour <= $2::timestamptz
GROUP BY q.account_id
