-- An account's lots of a kind that hold something, locked in the order in which whoever charges locks them.
-- $1 account  $2 kind
SELECT lot_id, remaining, expires_at
FROM lots
WHERE account_id = $1 AND kind = $2 AND remaining > 0
ORDER BY lot_id
FOR UPDATE
