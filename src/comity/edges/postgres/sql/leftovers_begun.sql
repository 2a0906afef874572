-- Note what is left to do at the end.  $1 its name  $2 who does it
INSERT INTO erasure_leftovers (relation, taken_by) VALUES ($1, $2)
ON CONFLICT (relation) DO UPDATE SET taken_by = excluded.taken_by
