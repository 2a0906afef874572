-- Take away the boxes of a reader, to seal them to another.
--   $1 person
DELETE FROM sealed_boxes b USING sealed_readers r, sealed_cases c
WHERE r.reader_id = b.reader_id AND c.case_id = b.case_id AND r.person = $1
RETURNING b.case_id, b.box, c.account_id, c.message_id
