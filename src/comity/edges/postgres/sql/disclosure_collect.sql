-- Take a package by its link, once.  $1 hash of what the link says  $2 now
UPDATE disclosure_packages
SET box = NULL, collected_at = $2
WHERE token_hash = $1 AND box IS NOT NULL AND expires_at > $2
RETURNING old.box AS box, package_id, request_id, digest, file_digest, closed
