-- Give a key a new secret. A program that does this to itself is still known by whom knew it before.
--   $1 client id  $2 account  $3 hash of the new secret  $4 until when the one before works  $5 by which key, or operator
--   $6 by which person
UPDATE api_keys k
SET former_hash = k.secret_hash, former_until = $4, secret_hash = $3, former_by_member = k.made_by_member,
    made_by = CASE WHEN k.client_id = $5 THEN k.made_by ELSE $5 END,
    made_by_member = coalesce(
        $6, (SELECT o.made_by_member FROM api_keys o WHERE o.account_id = $2 AND o.client_id = $5))
WHERE k.account_id = $2 AND k.client_id = $1
