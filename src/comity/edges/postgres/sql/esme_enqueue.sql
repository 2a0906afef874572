-- Leaves receipts.  $1 accounts  $2 messages  $3 states  $4 details  $5 since when
SELECT enqueue_deliveries($1, $2, $3, $4, $5)
