-- Records a batch of rows; what is known already stays as it is.  $1 account  $2 import  $3..$11 columns  $12 salts
-- Gives the salts of those that are new.
INSERT INTO consents (account_id, import_id, recipient, brand, purpose, wording, channel, at, proof, address, expires_at, salt)
SELECT $1, $2, r.*
FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::text[], $10::text[],
            $11::timestamptz[], $12::bytea[]) AS r
ON CONFLICT DO NOTHING
RETURNING salt
