-- Signs a dispatcher in; what the same node ran before is dead at once.  $1 dispatcher  $2 lease, seconds  $3 node
WITH before AS (
    DELETE FROM dispatchers WHERE $3 <> '' AND node = $3 AND dispatcher_id <> $1
)
INSERT INTO dispatchers (dispatcher_id, alive_until, node)
VALUES ($1, now() + make_interval(secs => $2), $3)
ON CONFLICT (dispatcher_id) DO UPDATE SET alive_until = excluded.alive_until
