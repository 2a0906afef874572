-- What accounts were not told yet of a request that concerns them, in account order; kept from others until the end of
-- the transaction.  $1 request
SELECT a.account_id, a.told_at, e.number, e.event, e.state, e.at, e.why, e.facts
FROM (SELECT * FROM disclosure_accounts WHERE request_id = $1 ORDER BY account_id FOR UPDATE) a
JOIN disclosure_events e ON e.request_id = $1 AND e.number > a.told_through
ORDER BY a.account_id, e.number
