-- Keep a new request.  $1 basis  $2 its terms  $3 requester  $4 emergency  $5 received  $6 due  $7 asked  $8 entered by
--   $9 now  $10 delay until  $11 the order that says so  $12 case
INSERT INTO disclosure_requests (state, basis, terms, requester, emergency, received_at, due_at, asked, entered_by,
                                 entered_at, delay_until, delay_order, case_id)
VALUES ('received', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
RETURNING request_id
