-- What became of claimed letters; only what the same claim says counts. What was sent or given up is gone, with its secret.
-- Gives how many this worker still held.
--   $1 mails  $2 tokens  $3 states  $4 when to try again  $5 tries not made
WITH told AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::smallint[])
         AS t (mail_id, claimed_by, state, due_at, untried)
), gone AS (
    DELETE FROM letters m USING told
    WHERE m.mail_id = told.mail_id AND m.claimed_by = told.claimed_by AND told.state <> 'waiting'
    RETURNING 1
), kept AS (
    UPDATE letters m
    SET due_at = told.due_at, attempt = m.attempt - told.untried, claimed_until = NULL, claimed_by = NULL
    FROM told
    WHERE m.mail_id = told.mail_id AND m.claimed_by = told.claimed_by AND told.state = 'waiting'
    RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM kept)
