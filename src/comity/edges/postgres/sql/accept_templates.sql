-- What accounts sent by template, and altogether.  $1 place  $2 account  $3 template
SELECT q.place, t.since, t.sent, t.days, t.last_day, t.complaints,
       a.since AS account_since, a.sent AS account_sent
FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS q (place, account_id, template)
LEFT JOIN template_traffic t ON t.account_id = q.account_id AND t.template = q.template
LEFT JOIN account_traffic a ON a.account_id = q.account_id
