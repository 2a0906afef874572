-- The oldest consent in force of each recipient of a request that has a proof.  $1 account, $2 request
SELECT DISTINCT ON (r.recipient) r.recipient, c.wording, c.channel, c.at, c.proof, c.address
FROM proof_request_recipients r
JOIN consents c ON c.account_id = r.account_id AND c.recipient = r.recipient
WHERE r.account_id = $1 AND r.request_id = $2 AND c.withdrawn_at IS NULL AND c.proof <> ''
ORDER BY r.recipient, c.at
