-- Parts whose receipt is overdue.  $1 handed over before  $2 at most
SELECT w.carrier_id, w.smsc_key FROM awaited_receipts w WHERE w.at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED
