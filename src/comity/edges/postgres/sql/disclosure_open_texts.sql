-- Keep that texts are told, as opened for the case of the request.  $1 case  $2 accounts  $3 messages  $4 who releases
--   $5 why  $6 now  $7 when their accounts may see it  $8 the order that delays that, or empty
INSERT INTO text_openings (case_id, account_id, message_id, person, reason, at, visible_at, legal_order)
SELECT $1, t.account_id, t.message_id, $4, $5, $6, $7, $8
FROM unnest($2::bigint[], $3::uuid[]) AS t (account_id, message_id)
