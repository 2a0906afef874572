-- Whether all that a case was about was erased.  $1 case
SELECT coalesce(bool_and(c.erased_at IS NOT NULL), false) FROM complaints c WHERE c.case_id = $1
