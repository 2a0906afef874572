-- A change of standing; the account's own follows by a trigger.
--   $1 statement  $2 account  $3 event  $4 standing before  $5 after  $6 sanctions it ends  $7 asked for by strikes
--   $8 until  $9 by  $10 reasons  $11 statement of reasons  $12 now
INSERT INTO sanctions (statement_id, account_id, event, standing_before, standing_after, ends, by_strikes, until, by,
                       reasons, statement, at)
VALUES ($1, $2, $3, $4, $5, $6::bigint[], $7, $8, $9, $10, $11, $12)
RETURNING sanction_id
