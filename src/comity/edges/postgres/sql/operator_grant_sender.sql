-- A sender granted, or granted anew; a name is a brand of the account too, by the operator's word.
--   $1 account  $2 key  $3 as shown  $4 kind  $5 category  $6..$8 proof
WITH brand AS (
    INSERT INTO account_brands (account_id, brand_key, name)
    SELECT $1, lower($3), $3 WHERE $4 = 'name'
    ON CONFLICT DO NOTHING
)
INSERT INTO sender_grants (account_id, sender_key, sender, kind, category, proof_name, proof_digest, proof)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (account_id, sender_key) DO UPDATE
SET sender = excluded.sender, category = excluded.category, proof_name = excluded.proof_name,
    proof_digest = excluded.proof_digest, proof = excluded.proof, granted_at = now(),
    -- what was revoked or shared begins anew by the operator's word
    expires_at = NULL, shared_from = NULL
