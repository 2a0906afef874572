-- An account's statements of reasons, the newest first.  $1 account
SELECT s.statement FROM sanctions s WHERE s.account_id = $1 ORDER BY s.sanction_id DESC LIMIT 500
