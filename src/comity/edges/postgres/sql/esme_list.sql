-- Every login, without anything of its password.
SELECT e.system_id, a.name AS account, e.max_binds, e.options, e.receiver_since AS last_receiver_bind,
       (SELECT count(*) FROM esme_deliveries d WHERE d.account_id = e.account_id AND d.system_id = e.system_id) AS waiting
FROM esmes e
JOIN accounts a ON a.account_id = e.account_id
ORDER BY e.system_id
