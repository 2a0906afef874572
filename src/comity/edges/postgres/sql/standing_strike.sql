-- A strike.  $1 account  $2 clause  $3 source  $4 facts  $5 figures  $6 weight  $7 by  $8 now  $9 expires
INSERT INTO strikes (account_id, clause, source, facts, figures, weight, by, at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
RETURNING strike_id
