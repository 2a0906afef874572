-- An appeal.
--   $1 id  $2 account  $3 sanction  $4 text  $5 who decided first  $6 now  $7 to be decided by  $8 case
INSERT INTO appeals (appeal_id, account_id, sanction_id, text, filed_by, first_decider, filed_at, decide_by, case_id)
VALUES ($1, $2, $3, $4, 'account', $5, $6, $7, $8)
