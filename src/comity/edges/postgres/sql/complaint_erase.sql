-- What complaints say of people is gone, with their keys; what is left says that there was one, its kind, when, and what
-- came of it.  $1 complaints  $2 now
-- A claim of a right keeps the sender that it names: what was decided of that stands.
WITH erased AS (
    UPDATE complaints c
    SET text = '', words = '', recipient = '', recipient_key = NULL, body = NULL, box_id = NULL, reporter_box = NULL,
        reporter_key = '', received_at = NULL, sender = CASE WHEN c.apart THEN c.sender ELSE '' END,
        text_key = CASE WHEN c.template IS NULL THEN c.text_key END, erase_when_closed = false, erased_at = $2
    WHERE c.complaint_id = ANY ($1) AND c.erased_at IS NULL
    RETURNING c.complaint_id, c.subject
), keys AS (
    DELETE FROM body_keys k USING erased e WHERE k.account_id = 0 AND k.subject = e.subject
), codes AS (
    DELETE FROM complaint_codes d USING erased e WHERE d.complaint_id = e.complaint_id
)
SELECT count(*) FROM erased
