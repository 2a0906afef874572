-- Freezes, the newest first.  $1 only those that have not ended?  $2 below this number, or null  $3 at most so many
SELECT f.*, a.name AS account, c.number AS complaint, k.id AS case,
       (SELECT count(*) FROM cases o JOIN case_messages n ON n.case_id = o.case_id AND n.effect = ''
        WHERE o.subject = 'traffic-frozen/' || f.case_id AND o.kind = 'hold' AND starts_with(o.subject, 'traffic-frozen/')) AS held
FROM freezes f
JOIN cases k ON k.case_id = f.case_id
LEFT JOIN accounts a ON a.account_id = f.account_id
LEFT JOIN complaints c ON c.complaint_id = f.complaint_id
WHERE (NOT $1 OR f.state IN ('proposed', 'in-force', 'confirmed')) AND ($2::bigint IS NULL OR f.freeze_id < $2)
ORDER BY f.freeze_id DESC
LIMIT $3
