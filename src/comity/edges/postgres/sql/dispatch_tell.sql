-- Enqueues events for the webhooks that want them.  $1 accounts  $2 streams  $3 kinds  $4 bodies
SELECT enqueue_events($1::bigint[], $2::text[], $3::text[], $4::passing_text[])
