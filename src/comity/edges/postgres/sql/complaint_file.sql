-- Take a complaint; gives its number in the store.
--   $1 number  $2 hash of its token  $3 channel  $4 kind  $5 recipient  $6 sender  $7 received at  $8 text  $9 words
--   $10 how to reach who reports, sealed  $11 proven  $12 who reports  $13 country  $14 now  $15 whether it stands apart
WITH filed AS (
    INSERT INTO complaints (number, token_hash, channel, kind, recipient, sender, received_at, text, words, reporter_box,
                            proven, reporter_key, country, filed_at, apart)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
    RETURNING complaint_id
), noted AS (
    INSERT INTO complaint_events (complaint_id, at, event, by, told) SELECT complaint_id, $14, 'receive', 'reporter', true FROM filed
)
SELECT complaint_id FROM filed
