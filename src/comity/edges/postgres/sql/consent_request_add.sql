-- Writes down that a person is asked; nothing where they were asked for the brand lately, or something is still asked.
--   $1 account  $2 id  $3 recipient  $4 brand  $5 purpose  $6 wording  $7 address  $8 sender  $9 its key  $10 text
--   $11 now  $12 when it is over  $13 since when counts as lately
INSERT INTO consent_requests (account_id, id, recipient, brand, purpose, wording, address, sender, sender_key, text, at,
                              expires_at)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
WHERE NOT EXISTS (
    SELECT
    FROM consent_requests r
    WHERE r.account_id = $1 AND r.recipient = $3
      AND ((lower(r.brand) = lower($4) AND r.at > $13) OR (r.state = 'pending' AND r.sender_key = $9))
)
RETURNING id
