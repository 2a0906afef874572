-- A sender that an account may use its subaccount may use too, with the same proof and for as long as that; whether it may.
-- Not while it is stopped, or somebody's claim on it is not decided: what is taken back later would go on below.
--   $1 the account above  $2 subaccount  $3 the sender's key  $4 now
WITH held AS (
    SELECT * FROM sender_grants WHERE account_id = $1 AND sender_key = $3 AND (expires_at IS NULL OR expires_at > $4)
      AND NOT EXISTS (SELECT FROM freezes f
                      WHERE f.kind = 'sender' AND f.key = $3 AND f.state IN ('in-force', 'confirmed')
                        AND (f.account_id IS NULL OR $1 IN (SELECT family_of(f.account_id))))
      AND NOT EXISTS (SELECT FROM takedowns t
                      JOIN complaints c ON c.number = t.number
                      JOIN takedown_answers a ON a.takedown_id = t.takedown_id
                      WHERE t.decided_at IS NULL AND $1 IN (SELECT family_of(a.account_id))
                        AND lower(regexp_replace(btrim(c.sender), '^\+', '')) = $3)
), brand AS (
    INSERT INTO account_brands (account_id, brand_key, name, proof_name, proof_digest, proof, until)
    SELECT $2, b.brand_key, b.name, b.proof_name, b.proof_digest, b.proof, b.until
    FROM held h
    JOIN account_brands b ON b.account_id = $1 AND b.brand_key = lower(h.sender)
    WHERE h.kind = 'name'
    ON CONFLICT DO NOTHING
), granted AS (
    INSERT INTO sender_grants (account_id, sender_key, sender, kind, category, proof_name, proof_digest, proof, expires_at,
                               shared_from)
    SELECT $2, sender_key, sender, kind, category, proof_name, proof_digest, proof, expires_at, $1 FROM held
    ON CONFLICT DO NOTHING
)
SELECT EXISTS (SELECT FROM held)
