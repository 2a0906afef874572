-- Reports that met nothing since then.  $1 since  $2 at most
SELECT u.carrier_id, u.smsc_key, u.state, u.detail FROM unmatched_receipts u WHERE u.at >= $1 ORDER BY u.at LIMIT $2
