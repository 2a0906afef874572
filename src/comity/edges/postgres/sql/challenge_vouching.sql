-- Since when a key is used from a country; null for never before.  $1 account  $2 key  $3 country
SELECT min(o.first_at) FROM key_origins o WHERE o.account_id = $1 AND o.key = $2 AND o.country = $3 AND $3 <> ''
