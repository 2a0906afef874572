-- An account's lots that hold something, locked in the order in which whoever charges locks them.  $1 account
SELECT lot_id, kind, remaining, expires_at FROM lots WHERE account_id = $1 AND remaining > 0 ORDER BY lot_id FOR UPDATE
