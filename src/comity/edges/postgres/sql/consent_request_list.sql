-- Requests of an account, newest first.  $1 account  $2 one id or null  $3 recipient or null  $4 id below which they stand
--   $5 how many
SELECT r.id, r.recipient, r.brand, r.purpose, r.wording, r.sender, r.text, r.state, r.message_id, r.at, r.expires_at,
       r.settled_at, r.consent
FROM consent_requests r
WHERE r.account_id = $1 AND ($2::uuid IS NULL OR r.id = $2) AND ($3::text IS NULL OR r.recipient = $3)
  AND ($4::uuid IS NULL OR r.id < $4)
ORDER BY r.id DESC
LIMIT $5
