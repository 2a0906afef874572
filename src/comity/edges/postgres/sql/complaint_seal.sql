-- Seal a complaint that lies open.  $1 complaint  $2 its box, with what is said in the clear until now
WITH given AS (
    SELECT $2::own_box AS b
), sealed AS (
    UPDATE complaints c
    SET subject = (g.b).subject, box_id = (g.b).id, body = (g.b).box, recipient_key = (g.b).about,
        text = '', words = '', recipient = '', reporter_box = NULL
    FROM given g
    WHERE c.complaint_id = $1 AND c.subject IS NULL
    RETURNING c.complaint_id
)
INSERT INTO body_keys (account_id, subject, key_id, wrapped)
SELECT 0, (g.b).subject, (g.b).id, (g.b).wrapped FROM given g, sealed
