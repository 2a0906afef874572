-- Keep proofs as they were given, the last one of each recipient counts.
-- $1 account, $2 request, $3 numbers, $4 proofs, $5 gaps as JSON lists, $6 now
UPDATE proof_request_recipients r
SET proof = a.proof, gaps = ARRAY(SELECT jsonb_array_elements_text(a.gaps::jsonb)), answered_at = $6
FROM unnest($3::text[], $4::jsonb[], $5::text[]) AS a (recipient, proof, gaps)
WHERE r.account_id = $1 AND r.request_id = $2 AND r.recipient = a.recipient
