-- The changes of an account's standing, in order.  $1 account
SELECT sanction_id, statement_id, event, standing_before, standing_after, ends, by_strikes, until, by, at, reasons
FROM sanctions
WHERE account_id = $1
ORDER BY sanction_id
