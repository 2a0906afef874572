-- Begin a freeze.
--   $1 account or null  $2 kind  $3 key  $4 similarity  $5 distance  $6 codes too?  $7 state  $8 why  $9 by
--   $10 number of a complaint, or ''  $11 case  $12 its id as written  $13 now  $14 when it ends by itself
INSERT INTO freezes (account_id, kind, key, similarity, distance, codes, state, why, by, complaint_id, case_id, case_wire,
                     begun_at, lapses_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, (SELECT c.complaint_id FROM complaints c WHERE c.number = $10), $11, $12, $13,
        $14)
RETURNING *
