-- Append entries with their payloads, and move the ends of their chains, which are locked.
--   $1 accounts  $2 sequences  $3 kinds  $4 at  $5 commitments  $6 previous hashes  $7 hashes  $8 key ids  $9 boxes
WITH new AS (
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::timestamptz[], $5::bytea[], $6::bytea[], $7::bytea[],
                         $8::bigint[], $9::bytea[])
        AS n (account_id, sequence, kind, at, commitment, previous, hash, key_id, box)
), entered AS (
    INSERT INTO evidence_entries (account_id, sequence, kind, at, commitment, previous, hash)
    SELECT account_id, sequence, kind, at, commitment, previous, hash FROM new
), paid AS (
    INSERT INTO evidence_payloads (account_id, sequence, key_id, box) SELECT account_id, sequence, key_id, box FROM new
)
UPDATE evidence_heads h
SET sequence = last.sequence, hash = last.hash
FROM (SELECT DISTINCT ON (account_id) account_id, sequence, hash FROM new ORDER BY account_id, sequence DESC) AS last
WHERE h.account_id = last.account_id
