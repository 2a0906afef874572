-- Consents of an account, newest first.  $1 account  $2 recipient or null  $3 brand or null
--   $4 number below which they stand  $5 how many  $6 one number, or null
SELECT c.number, c.recipient, c.brand, c.purpose, c.wording, c.channel, c.at, c.proof, c.address, c.expires_at,
       c.confirmed, c.withdrawn_at, c.withdrawn_how, c.recorded_at,
       coalesce(i.state, 'counted') IN ('counted', 'released') AS counts,
       p.proofs
FROM consents c
LEFT JOIN consent_imports i ON i.account_id = c.account_id AND i.import_id = c.import_id
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('digest', f.digest, 'name', f.name, 'media_type', f.media_type,
                                        'octets', octet_length(f.body), 'at', f.stored_at) ORDER BY f.stored_at) AS proofs
    FROM consent_proofs f
    WHERE f.account_id = c.account_id AND f.consent = c.number
) p ON true
WHERE c.account_id = $1 AND c.number < $4 AND ($2::text IS NULL OR c.recipient = $2)
  AND ($3::text IS NULL OR lower(c.brand) = lower($3)) AND ($6::bigint IS NULL OR c.number = $6)
ORDER BY c.number DESC
LIMIT $5
