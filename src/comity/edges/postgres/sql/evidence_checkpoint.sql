-- Keep a checkpoint, and what it signed of the chains that moved.
--   $1 number  $2 at  $3 note  $4 signature  $5 accounts  $6 sequences  $7 hashes
WITH kept AS (
    INSERT INTO evidence_checkpoints (number, at, note, signature, accounts, sequences, hashes)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
)
INSERT INTO evidence_signed AS s (account_id, sequence, hash)
SELECT * FROM unnest($5::bigint[], $6::bigint[], $7::bytea[])
ON CONFLICT (account_id) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash
