-- Takes back what a person agreed to with a brand up to now; gives the consents that this ended.
--   $1 account  $2 recipient  $3 brand  $4 now  $5 how  $6 the brand as its consents write it
WITH written AS (
    INSERT INTO consent_withdrawals (account_id, recipient, brand, at, how) VALUES ($1, $2, lower($3), $4, $5)
)
UPDATE consents c
SET withdrawn_at = $4, withdrawn_how = $5
WHERE c.account_id = $1 AND c.recipient = $2 AND c.brand = ANY ($6::text[]) AND c.at <= $4 AND c.withdrawn_at IS NULL
RETURNING c.number
