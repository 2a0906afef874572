-- Keep what verdicts name by digest; what is kept already stays.  $1 digests  $2 kinds  $3 bodies
INSERT INTO artefacts (digest, kind, body)
SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[])
ON CONFLICT DO NOTHING
