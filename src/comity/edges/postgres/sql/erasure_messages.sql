-- Messages to a number lose it, and all that is said in them.  $1 account  $2 number  $3 what stands in its place  $4 now
-- Hashes of texts go too: short ones can be guessed.
WITH erased AS (
    UPDATE messages m
    SET text = '', body = NULL, subject = NULL, recipient = $3, reference = '', text_key = 0, similarity = NULL,
        template = NULL, text_erased_at = coalesce(m.text_erased_at, $4),
        verdict = CASE WHEN m.body IS NULL THEN without_text(m.verdict) ELSE m.verdict END
    WHERE m.account_id = $1 AND m.recipient = $2
    RETURNING m.id
), forgotten AS (
    UPDATE labels l SET template = '' FROM erased e WHERE l.account_id = $1 AND l.message_id = e.id
)
SELECT count(*) FROM erased
