-- Signs a dispatcher out; what it still has in flight is ambiguous at once.  $1 dispatcher
DELETE FROM dispatchers WHERE dispatcher_id = $1
