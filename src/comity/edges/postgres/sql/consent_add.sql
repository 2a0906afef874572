-- Consents recorded; what is known already stays as it is.  $1 account  $2..$10 columns  $11 confirmed by a reply?
-- Gives those that are new, by their place.
WITH given AS (
    SELECT *
    FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[], $9::text[],
                $10::timestamptz[]) WITH ORDINALITY
         AS g (recipient, brand, purpose, wording, channel, at, proof, address, expires_at, place)
), added AS (
    INSERT INTO consents (account_id, recipient, brand, purpose, wording, channel, at, proof, address, expires_at, confirmed)
    SELECT $1, g.recipient, g.brand, g.purpose, g.wording, g.channel, g.at, g.proof, g.address, g.expires_at, $11
    FROM given g
    ORDER BY g.place
    ON CONFLICT DO NOTHING
    RETURNING number, recipient, brand, purpose, at
)
SELECT DISTINCT ON (a.number) a.number, g.place
FROM added a JOIN given g USING (recipient, brand, purpose, at)
ORDER BY a.number, g.place
