-- Since when a key is used from a country, null for never before, and which key made it.  $1 account  $2 key  $3 country
SELECT (SELECT min(o.first_at) FROM key_origins o
        WHERE o.account_id = $1 AND o.key = $2 AND o.country = $3 AND $3 <> '') AS since,
       coalesce((SELECT k.made_by FROM api_keys k WHERE k.client_id = $2 AND k.account_id = $1), '') AS made_by
