-- Functions that run with their owner's rights are the road's to call: defaults granted them to signed-in users too.

REVOKE EXECUTE ON FUNCTION make_message_partitions(date), refresh_message_statistics() FROM comity_tenant, PUBLIC;
GRANT EXECUTE ON FUNCTION make_message_partitions(date), refresh_message_statistics() TO comity_road;
