-- Renews the lease and forgets dispatchers that are long dead.  $1 dispatcher  $2 lease, seconds  $3 node
WITH gone AS (
    DELETE FROM dispatchers WHERE alive_until < now() - interval '1 hour'
)
INSERT INTO dispatchers (dispatcher_id, alive_until, node)
VALUES ($1, now() + make_interval(secs => $2), $3)
ON CONFLICT (dispatcher_id) DO UPDATE SET alive_until = excluded.alive_until
