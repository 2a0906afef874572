-- An account's right to send as a sender ends now.  $1 account  $2 key  $3 now
UPDATE sender_grants
SET expires_at = $3
WHERE account_id = $1 AND sender_key = $2 AND (expires_at IS NULL OR expires_at > $3)
RETURNING sender_key
