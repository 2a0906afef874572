-- Facts around a batch of messages, set-based. Rows with nothing to tell are left out.
--   $1 place in the batch  $2 account  $3 recipient  $4 promotional?  $5 id below which earlier texts do not matter
--   $6..$7 ids between which all that matter lie: they spare the partitions of other days
--   $11 what the recipient's key is looked up by; null where that is not asked
--   $12 what stands for the number where it matters what reaches it over all accounts, else null
--   $8 category  $9 does it matter when the recipient last wrote?  $10 when it is to go
-- Of more than 60 earlier texts those of the message's own category come first, newest first, so that caps count right
-- up to 60; among the newest 500, so that a number to which everything is sent costs nobody time.
-- Opt-outs: when the last one came that holds whatever the brand, and each brand's. Consents: those that hold when the
-- message goes, newest first, and when each brand was last taken back. Brands are written in many ways: which consents
-- fit the message's, and which withdrawals end them, is for comity.consent.ledger to say. What was taken back in the
-- same letters is left out here, so that it takes no consent's place.
SELECT q.place,
       o.stopped_at, o.brands AS stopped_brands, o.brands_at AS stopped_brands_at,
       w.brands AS withdrawn_brands, w.ats AS withdrawn_brands_at,
       c.ats AS consents_at, c.brands AS consents_brand, c.purposes AS consents_purpose, c.confirmed AS consents_confirmed,
       r.ids, r.text_keys, r.similarities, r.categories,
       h.at AS heard_at, k.key_id, k.wrapped,
       n.minutes AS arrived_minutes, n.families AS arrived_families, n.categories AS arrived_categories,
       n.messages AS arrived_messages, n.bearings AS arrived_bearings
FROM unnest($1::int[], $2::bigint[], $3::text[], $4::boolean[], $5::uuid[], $8::text[], $9::boolean[], $10::timestamptz[],
            $11::bytea[], $12::bigint[])
     AS q (place, account_id, recipient, promotional, since, category, heard, at, subject, number)
LEFT JOIN LATERAL (
    SELECT max(o.at) FILTER (WHERE o.scope = 'everything' OR (o.scope = 'category' AND o.subject = q.category)) AS stopped_at,
           array_agg(o.subject) FILTER (WHERE o.scope = 'brand') AS brands,
           array_agg(o.at) FILTER (WHERE o.scope = 'brand') AS brands_at
    FROM opt_outs o
    WHERE o.account_id = q.account_id AND o.recipient = q.recipient
) o ON true
LEFT JOIN LATERAL (
    SELECT array_agg(c.at) AS ats, array_agg(c.brand) AS brands, array_agg(c.purpose) AS purposes,
           array_agg(c.confirmed) AS confirmed
    FROM (
        SELECT c.at, c.brand, c.purpose, c.confirmed
        FROM consents c
        WHERE q.promotional AND c.account_id = q.account_id AND c.recipient = q.recipient AND c.withdrawn_at IS NULL
          AND (c.expires_at IS NULL OR c.expires_at > q.at)
          AND (c.import_id IS NULL OR (
              SELECT i.state IN ('counted', 'released')
              FROM consent_imports i
              WHERE i.account_id = c.account_id AND i.import_id = c.import_id
          ))
          AND NOT EXISTS (
              SELECT
              FROM consent_withdrawals w
              WHERE w.account_id = c.account_id AND w.recipient = c.recipient AND w.brand = lower(c.brand) AND w.at >= c.at
          )
        ORDER BY c.at DESC
        LIMIT 20
    ) c
) c ON true
LEFT JOIN LATERAL (
    SELECT array_agg(w.brand) AS brands, array_agg(w.at) AS ats
    FROM (
        SELECT w.brand, max(w.at) AS at
        FROM consent_withdrawals w
        WHERE c.ats IS NOT NULL AND w.account_id = q.account_id AND w.recipient = q.recipient
        GROUP BY w.brand
    ) w
) w ON true
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
LEFT JOIN LATERAL (
    SELECT b.key_id, b.wrapped FROM body_keys b WHERE b.account_id = q.account_id AND b.subject = q.subject OFFSET 0
) k ON true
LEFT JOIN LATERAL (
    SELECT array_agg(n.minute) AS minutes, array_agg(n.family) AS families, array_agg(n.category) AS categories,
           array_agg(n.messages) AS messages, array_agg(n.bearing) AS bearings
    FROM (
        SELECT n.minute, n.family, n.category, n.messages, n.bearing
        FROM number_arrivals n
        WHERE n.number = q.number AND n.minute > floor(extract(epoch FROM q.at) / 60)::int - 60
          AND n.minute < floor(extract(epoch FROM q.at) / 60)::int + 60
        ORDER BY n.minute DESC
        LIMIT 500
    ) n
) n ON true
WHERE o.stopped_at IS NOT NULL OR o.brands IS NOT NULL OR c.ats IS NOT NULL OR r.ids IS NOT NULL OR h.at IS NOT NULL
   OR k.wrapped IS NOT NULL OR n.minutes IS NOT NULL
