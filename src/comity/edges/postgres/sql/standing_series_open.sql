-- A series.  $1 account  $2 hashes  $3 versions  $4 passed  $5 first  $6 last  $7 now  $8 case
INSERT INTO probing_series (account_id, anchors, variants, passed, first_at, last_at, opened_at, case_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
