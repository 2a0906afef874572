-- How the messages of some days fared, counted anew.  $1 the first id  $2 the first id after
INSERT INTO account_days AS d (account_id, day, sent, refused, settled, rejected, unreachable)
SELECT l.account_id, (uuid_extract_timestamp(l.id) AT TIME ZONE 'UTC')::date AS day,
       count(*) FILTER (WHERE l.state NOT IN ('refused', 'held', 'cancelled')),
       count(*) FILTER (WHERE l.state = 'refused'),
       count(*) FILTER (WHERE l.state IN ('delivered', 'undelivered', 'expired', 'rejected')),
       count(*) FILTER (WHERE l.state = 'rejected'),
       count(*) FILTER (WHERE l.state IN ('undelivered', 'expired'))
FROM message_life l
WHERE l.id >= $1 AND l.id < $2
GROUP BY l.account_id, day
ORDER BY l.account_id, day
ON CONFLICT (account_id, day) DO UPDATE
SET sent = excluded.sent, refused = excluded.refused, settled = excluded.settled, rejected = excluded.rejected,
    unreachable = excluded.unreachable
WHERE (d.sent, d.refused, d.settled, d.rejected, d.unreachable)
      IS DISTINCT FROM (excluded.sent, excluded.refused, excluded.settled, excluded.rejected, excluded.unreachable)
