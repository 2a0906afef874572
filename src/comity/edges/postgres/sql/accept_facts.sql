-- Facts around a batch of messages, set-based. Rows with nothing to tell are left out.
--   $1 place in the batch  $2 account  $3 recipient  $4 promotional?  $5 id below which earlier texts do not matter
--   $6..$7 ids between which all that matter lie: they spare the partitions of other days
--   $8 category  $9 does it matter when the recipient last wrote?
-- Of more than 60 earlier texts those of the message's own category come first, newest first, so that caps count right
-- up to 60; among the newest 500, so that a number to which everything is sent costs nobody time.
SELECT q.place,
       o.recipient IS NOT NULL AS opted_out,
       c.at AS consent_at, c.brand, c.purpose,
       r.ids, r.text_keys, r.similarities, r.categories,
       h.at AS heard_at
FROM unnest($1::int[], $2::bigint[], $3::text[], $4::boolean[], $5::uuid[], $8::text[], $9::boolean[])
     AS q (place, account_id, recipient, promotional, since, category, heard)
LEFT JOIN opt_outs o ON o.account_id = q.account_id AND o.recipient = q.recipient
LEFT JOIN LATERAL (
    SELECT c.at, c.brand, c.purpose
    FROM consents c
    WHERE q.promotional AND c.account_id = q.account_id AND c.recipient = q.recipient AND c.withdrawn_at IS NULL
    ORDER BY c.at DESC
    LIMIT 1
) c ON true
LEFT JOIN LATERAL (
    SELECT array_agg(m.id) AS ids, array_agg(m.text_key) AS text_keys, array_agg(m.similarity) AS similarities,
           array_agg(m.category) AS categories
    FROM (
        SELECT n.*
        FROM (
            SELECT m.id, m.text_key, m.similarity, m.category
            FROM messages m
            WHERE m.account_id = q.account_id AND m.recipient = q.recipient AND m.id >= q.since
              AND m.id >= $6 AND m.id < $7 AND m.action <> 'refuse'
            ORDER BY m.id DESC
            LIMIT 500
        ) n
        ORDER BY n.category <> q.category, n.id DESC
        LIMIT 60
    ) m
) r ON true
LEFT JOIN LATERAL (
    SELECT i.at
    FROM inbox i
    WHERE q.heard AND i.account_id = q.account_id AND i.sender = q.recipient
    ORDER BY i.number DESC
    LIMIT 1
) h ON true
WHERE o.recipient IS NOT NULL OR c.at IS NOT NULL OR r.ids IS NOT NULL OR h.at IS NOT NULL
