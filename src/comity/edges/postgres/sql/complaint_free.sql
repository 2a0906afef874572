-- Which of these no order keeps.  $1 complaints  $2 accounts  $3 when they were filed  $4 numbers  $5 now
SELECT q.complaint_id
FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::text[]) AS q (complaint_id, account_id, filed_at, number)
WHERE NOT is_preserved_data(q.account_id, q.number, q.filed_at, $5)
ORDER BY q.complaint_id
