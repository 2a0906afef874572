-- Ask for an erasure; one that is open already is given again.
--   $1 account  $2 subject  $3 number  $4 by whom  $5 now
WITH made AS (
    INSERT INTO erasures (account_id, subject, number, state, asked_by, asked_at)
    VALUES ($1, $2, $3, 'asked', $4, $5)
    ON CONFLICT (account_id, subject) WHERE state <> 'done' DO NOTHING
    RETURNING *
)
SELECT erasure_id, true AS is_new FROM made
UNION ALL
SELECT erasure_id, false FROM erasures WHERE account_id = $1 AND subject = $2 AND state <> 'done'
LIMIT 1
