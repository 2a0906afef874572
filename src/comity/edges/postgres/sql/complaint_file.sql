-- Take a complaint; gives its number in the store.
--   $1 number  $2 hash of its token  $3 channel  $4 kind  $5 what it says, sealed; null for nothing  $6 sender
--   $7 received at  $8 proven  $9 who reports  $10 country  $11 now  $12 whether it stands apart
WITH given AS (
    SELECT $5::own_box AS b
), filed AS (
    INSERT INTO complaints (number, token_hash, channel, kind, subject, box_id, body, recipient_key, sender, received_at,
                            proven, reporter_key, country, filed_at, apart)
    SELECT $1, $2, $3, $4, (g.b).subject, (g.b).id, (g.b).box, (g.b).about, $6, $7, $8, $9, $10, $11, $12
    FROM given g
    RETURNING complaint_id
), key AS (
    INSERT INTO body_keys (account_id, subject, key_id, wrapped)
    SELECT 0, (g.b).subject, (g.b).id, (g.b).wrapped FROM given g WHERE (g.b).subject IS NOT NULL
), noted AS (
    INSERT INTO complaint_events (complaint_id, at, event, by, told) SELECT complaint_id, $11, 'receive', 'reporter', true FROM filed
)
SELECT complaint_id FROM filed
