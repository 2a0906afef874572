-- Write down what was done. Gives whether nothing says yet when the account's entries grow too old.
--   $1 account  $2 now  $3 operation  $4 subject  $5 client id  $6 member  $7 network  $8 kind of deadline
WITH written AS (
    INSERT INTO activity (account_id, at, operation, subject, client_id, member_id, network)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
)
SELECT NOT EXISTS (SELECT FROM deadlines d WHERE d.kind = $8 AND d.subject = $1::bigint::text)
