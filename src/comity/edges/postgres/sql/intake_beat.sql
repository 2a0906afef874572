-- A door answers; what was a gap until now is an outage.  $1 now, $2 the longest gap that is none
WITH before AS (
    -- without a lock: a row that this statement writes below cannot be locked again
    SELECT alive_at FROM intake
), gone AS (
    INSERT INTO intake_outages (begun, ended)
    SELECT alive_at, $1 FROM before WHERE $1::timestamptz - alive_at > $2::interval
    ON CONFLICT (begun) DO UPDATE SET ended = greatest(intake_outages.ended, excluded.ended)
)
INSERT INTO intake (alive_at) VALUES ($1)
ON CONFLICT (only_row) DO UPDATE SET alive_at = greatest(intake.alive_at, excluded.alive_at)
