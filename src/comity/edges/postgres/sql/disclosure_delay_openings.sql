-- Openings that wait for the date of an order wait for another.  $1 case  $2 the date as it was, or null  $3 as it is
--   $4 the order that says so  $5 now
UPDATE text_openings
SET visible_at = $3, legal_order = $4
WHERE case_id = $1 AND legal_order <> '' AND visible_at = $2 AND visible_at > $5
