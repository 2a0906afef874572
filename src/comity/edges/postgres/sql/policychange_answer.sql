-- Writes an answer; acceptance is what the road asks for, so who takes it back has none.
-- $1 account  $2 version  $3 state  $4 person  $5 address  $6 now  $7 digest  $8 whether it is accepted
WITH answered AS (
    UPDATE policy_answers SET state = $3, person = $4, address = $5, changed_at = $6
    WHERE account_id = $1 AND version = $2
), taken_back AS (
    DELETE FROM policy_acceptances WHERE account_id = $1 AND version = $2 AND NOT $8
)
INSERT INTO policy_acceptances (account_id, version, digest, person, address, accepted_at)
SELECT $1, $2, $7, $4, $5, $6 WHERE $8
ON CONFLICT (account_id, version) DO NOTHING
