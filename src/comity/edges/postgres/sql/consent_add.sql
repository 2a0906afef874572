-- Consents recorded; what is known already stays as it is.  $1 account  $2..$8 columns
WITH added AS (
    INSERT INTO consents (account_id, recipient, brand, purpose, wording, channel, at, proof)
    SELECT $1, c.*
    FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[]) AS c
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM added
