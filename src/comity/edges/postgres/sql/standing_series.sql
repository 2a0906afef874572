-- Series of an account that are open, or end where another begins.  $1 account  $2 when that began
SELECT anchors FROM probing_series WHERE account_id = $1 AND (closed_at IS NULL OR last_at >= $2)
