-- What an event makes of every answer to a version.  $1 version  $2 states  $3 what each becomes  $4 now
WITH locked AS (
    -- in order, as whoever answers locks them: first the account, then its answer
    SELECT a.account_id
    FROM accounts a
    JOIN policy_answers p ON p.account_id = a.account_id
    WHERE p.version = $1 AND p.state = ANY ($2::text[])
    ORDER BY a.account_id
    FOR UPDATE OF a, p
), moved AS (
    UPDATE policy_answers p
    -- what was answered was answered when it was
    SET state = step.after, changed_at = CASE WHEN p.person = '' THEN $4 ELSE p.changed_at END
    FROM locked, unnest($2::text[], $3::text[]) AS step (before, after)
    WHERE p.account_id = locked.account_id AND p.version = $1 AND p.state = step.before AND step.after <> step.before
    RETURNING p.account_id, p.state, p.person, p.address
)
SELECT account_id, state, person, address FROM moved ORDER BY account_id
