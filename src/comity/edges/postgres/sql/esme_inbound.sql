-- Leaves messages from people.  $1 accounts  $2 senders  $3 receivers  $4 texts  $5 when they came
SELECT enqueue_inbound($1, $2, $3, $4, $5)
