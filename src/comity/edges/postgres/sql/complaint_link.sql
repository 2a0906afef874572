-- Say what a complaint is about.
--   $1 complaint  $2 account  $3 template  $4 text key  $5 score  $6 categories  $7 messages  $8 how each is known
WITH linked AS (
    UPDATE complaints
    SET account_id = $2, template = $3, text_key = $4, score = greatest(score, $5), categories = $6
    WHERE complaint_id = $1
)
INSERT INTO complaint_messages (complaint_id, account_id, message_id, how)
SELECT $1, $2, m.id, m.how FROM unnest($7::uuid[], $8::text[]) AS m (id, how)
ON CONFLICT DO NOTHING
