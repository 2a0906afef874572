-- Leaves messages from people.  $1 accounts  $2 senders  $3 receivers  $4 texts  $5 when they came
SELECT enqueue_inbound($1::bigint[], $2::text[], $3::text[], $4::passing_text[], $5::timestamptz[])
