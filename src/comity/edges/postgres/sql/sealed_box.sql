-- The box of a case that a person can open.
--   $1 case  $2 person
SELECT b.box, c.account_id, c.message_id
FROM sealed_cases c JOIN sealed_boxes b USING (case_id) JOIN sealed_readers r USING (reader_id)
WHERE c.case_id = $1 AND r.person = $2 AND r.person <> ''
