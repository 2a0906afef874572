-- A brand in whose name an account may write.  $1 account  $2 name  $3..$5 proof  $6 until
INSERT INTO account_brands (account_id, brand_key, name, proof_name, proof_digest, proof, until)
VALUES ($1, lower($2), $2, $3, $4, $5, $6)
ON CONFLICT (account_id, brand_key) DO UPDATE
SET name = excluded.name, proof_name = excluded.proof_name, proof_digest = excluded.proof_digest,
    proof = excluded.proof, until = excluded.until, recorded_at = now()
