-- The ranges of addresses of lists in force.  $1 generations  $2 from this key  $3 up to this key
SELECT e.key FROM list_entries e
WHERE e.key >= $2 AND e.key < $3 AND e.generation = ANY ($1::bigint[])
