-- Counts a try of a code, and gives its hash; nothing where its time or its tries are over.
--   $1 challenge  $2 now  $3 by the key that is asked about, or from where it is?
UPDATE challenge_codes
SET tries_left = tries_left - (NOT $3)::int, tries_left_there = tries_left_there - $3::int
WHERE challenge_id = $1 AND expires_at > $2 AND CASE WHEN $3 THEN tries_left_there ELSE tries_left END > 0
RETURNING code_hash
