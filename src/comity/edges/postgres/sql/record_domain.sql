-- A domain that an account's own links lead to.  $1 account  $2 domain  $3..$5 proof  $6 until
INSERT INTO account_domains (account_id, domain, proof_name, proof_digest, proof, until)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (account_id, domain) DO UPDATE
SET proof_name = excluded.proof_name, proof_digest = excluded.proof_digest, proof = excluded.proof,
    until = excluded.until, recorded_at = now()
