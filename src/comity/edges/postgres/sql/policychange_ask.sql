-- The accounts to tell of a version; each that is to answer is asked.  $1 version  $2 whether it wants an answer  $3 now
WITH told AS (
    SELECT account_id FROM accounts WHERE standing <> 'deactivated' ORDER BY account_id
), asked AS (
    INSERT INTO policy_answers (account_id, version, state, changed_at)
    SELECT account_id, $1, 'asked', $3 FROM told WHERE $2
    ON CONFLICT (account_id, version) DO NOTHING
)
SELECT account_id FROM told
