-- A sender that an account may use its subaccount may use too, with the same proof and to the same day; whether it may.
--   $1 the account above  $2 subaccount  $3 the sender's key  $4 now
WITH held AS (
    SELECT * FROM sender_grants WHERE account_id = $1 AND sender_key = $3 AND (expires_at IS NULL OR expires_at > $4)
), brand AS (
    INSERT INTO account_brands (account_id, brand_key, name, proof_name, proof_digest, proof, until)
    SELECT $2, b.brand_key, b.name, b.proof_name, b.proof_digest, b.proof, b.until
    FROM held h
    JOIN account_brands b ON b.account_id = $1 AND b.brand_key = lower(h.sender)
    WHERE h.kind = 'name'
    ON CONFLICT DO NOTHING
), granted AS (
    INSERT INTO sender_grants (account_id, sender_key, sender, kind, category, proof_name, proof_digest, proof, expires_at)
    SELECT $2, sender_key, sender, kind, category, proof_name, proof_digest, proof, expires_at FROM held
    ON CONFLICT DO NOTHING
)
SELECT EXISTS (SELECT FROM held)
