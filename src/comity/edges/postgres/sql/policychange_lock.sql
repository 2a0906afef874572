-- An account's answer to a version, locked; asked now if it never was.  $1 account  $2 version  $3 now
-- An acceptance that the operator recorded counts like any other.
INSERT INTO policy_answers AS a (account_id, version, state, changed_at)
VALUES ($1, $2, CASE WHEN EXISTS (SELECT FROM policy_acceptances p WHERE p.account_id = $1 AND p.version = $2)
                     THEN 'accepted' ELSE 'asked' END, $3)
ON CONFLICT (account_id, version) DO UPDATE
SET state = CASE WHEN a.state IN ('asked', 'silent')
                  AND EXISTS (SELECT FROM policy_acceptances p WHERE p.account_id = $1 AND p.version = $2)
                 THEN CASE a.state WHEN 'asked' THEN 'accepted' ELSE 'bound' END ELSE a.state END
RETURNING a.state
