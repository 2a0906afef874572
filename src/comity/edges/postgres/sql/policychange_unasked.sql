-- On a version's day: who was made since it was announced is asked, and what the operator recorded is an answer.
-- $1 version  $2 now
WITH recorded AS (
    UPDATE policy_answers p
    SET state = 'accepted', person = c.person, address = c.address, changed_at = c.accepted_at
    FROM policy_acceptances c
    WHERE p.version = $1 AND p.state = 'asked' AND c.account_id = p.account_id AND c.version = $1
)
INSERT INTO policy_answers (account_id, version, state, person, changed_at)
SELECT a.account_id, $1, CASE WHEN c.person IS NULL THEN 'asked' ELSE 'accepted' END, coalesce(c.person, ''), $2
FROM accounts a
LEFT JOIN policy_acceptances c ON c.account_id = a.account_id AND c.version = $1
WHERE a.standing <> 'deactivated'
ON CONFLICT (account_id, version) DO NOTHING
