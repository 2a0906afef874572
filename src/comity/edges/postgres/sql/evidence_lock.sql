-- Lock the ends of accounts' chains, in account order, and tell them; a chain begins here.  $1 accounts  $2 what is before
INSERT INTO evidence_heads AS h (account_id, sequence, hash)
SELECT account_id, 0, $2::bytea FROM (SELECT DISTINCT unnest($1::bigint[]) AS account_id) AS asked ORDER BY account_id
ON CONFLICT (account_id) DO UPDATE SET sequence = h.sequence
RETURNING account_id, sequence, hash
