-- One batch of judged messages, written whole or not at all: messages, their life, queue, charges, keys.
-- insist() ends the statement when a lot holds less than was thought or a key was taken meanwhile.
--   $1..$4   keys: account, key, fingerprint, message ids (as text arrays)
--   $5..$6   lots: lot, micro-credits taken by the whole batch, in order of lot
--   $7..$10  ledger: account, message, lot, micro-credits
--   $11..$31 messages and their first state
--   $32..$36 queue: account, message, route prefix, due, scheduled by the customer
--   $37..$40 events for webhooks: account, stream, kind, body
--   $41..$46 traffic: account, sender key ('' for all), messages, recipients; the hour and the minute in it, from 0
--   $47..$50 promotional texts: account, hash, sender key, bands (as text arrays)
--   $51..$53 templates: account, template, messages of it that are let through; $54 the instant of the batch
--   $55      messages: template  $56 subject  $57 body
--   $58..$61 keys of bodies, in order: account, subject, key id, wrapped key (null where it is known)
--   $62..$67 what reaches numbers over all accounts, in order of the key: number, minute, family, category, messages, bearing
WITH kept AS (
    INSERT INTO idempotency (account_id, key, fingerprint, message_ids)
    SELECT k.account_id, k.key, k.fingerprint, k.message_ids::uuid[]
    FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::text[]) AS k (account_id, key, fingerprint, message_ids)
    ON CONFLICT DO NOTHING
    RETURNING 1
), spent AS (
    UPDATE lots l
    SET remaining = l.remaining - s.micro_credits
    FROM unnest($5::bigint[], $6::bigint[]) AS s (lot_id, micro_credits)
    WHERE l.lot_id = s.lot_id AND l.remaining >= s.micro_credits
    RETURNING 1
), sure AS (
    SELECT insist((SELECT count(*) FROM kept) = cardinality($1::bigint[])
              AND (SELECT count(*) FROM spent) = cardinality($5::bigint[])
              AND hold_body_keys($58::bigint[], $59::bytea[], $60::uuid[], $61::bytea[])) AS holds
), charged AS (
    INSERT INTO ledger_entries (account_id, subject, kind, lot_id, micro_credits)
    SELECT e.account_id, e.subject, 'charge', e.lot_id, e.micro_credits
    FROM unnest($7::bigint[], $8::uuid[], $9::bigint[], $10::bigint[]) AS e (account_id, subject, lot_id, micro_credits)
), written AS (
    INSERT INTO messages (account_id, id, door, sender, recipient, country, category, text, encoding, parts, reference,
                          due_at, receipt, validity_s, micro_credits, text_key, similarity, action, verdict, system_id,
                          template, subject, body)
    SELECT m.account_id, m.id, m.door, m.sender, m.recipient, m.country, m.category, m.text, m.encoding, m.parts,
           m.reference, m.due_at, m.receipt, m.validity_s, m.micro_credits, m.text_key, m.similarity, m.action,
           m.verdict::jsonb, m.system_id, m.template, m.subject, m.body
    FROM unnest($11::bigint[], $12::uuid[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[],
                $19::text[], $20::smallint[], $21::text[], $22::timestamptz[], $23::boolean[], $24::integer[],
                $25::bigint[], $26::bigint[], $27::bigint[], $28::text[], $29::text[], $30::text[], $55::bigint[], $56::bytea[],
                $57::bytea[])
         AS m (account_id, id, door, sender, recipient, country, category, text, encoding, parts, reference, due_at,
               receipt, validity_s, micro_credits, text_key, similarity, action, verdict, system_id, template, subject, body)
), alive AS (
    INSERT INTO message_life (account_id, id, state)
    SELECT l.account_id, l.id, l.state
    FROM unnest($11::bigint[], $12::uuid[], $31::text[]) AS l (account_id, id, state)
), queued AS (
    INSERT INTO queue (account_id, message_id, route_prefix, due_at, scheduled)
    SELECT q.account_id, q.message_id, q.route_prefix, q.due_at, q.scheduled
    FROM unnest($32::bigint[], $33::uuid[], $34::text[], $35::timestamptz[], $36::boolean[])
         AS q (account_id, message_id, route_prefix, due_at, scheduled)
), counted AS (
    INSERT INTO sender_traffic AS t (account_id, sender_key, hour, messages, minutes, recipients)
    SELECT s.account_id, s.sender_key, $45, s.messages, array_fill(0, ARRAY[$46::int]) || s.messages, s.recipients
    FROM unnest($41::bigint[], $42::text[], $43::int[], $44::bit(4096)[])
         AS s (account_id, sender_key, messages, recipients)
    ON CONFLICT (account_id, sender_key, hour) DO UPDATE
    SET messages = t.messages + excluded.messages,
        minutes[$46 + 1] = coalesce(t.minutes[$46 + 1], 0) + excluded.messages,
        recipients = t.recipients | excluded.recipients
), spread AS (
    INSERT INTO text_spread (account_id, similarity, sender_key, hour, bands)
    SELECT s.account_id, s.similarity, s.sender_key, $45, s.bands::int[]
    FROM unnest($47::bigint[], $48::bigint[], $49::text[], $50::text[]) AS s (account_id, similarity, sender_key, bands)
    ON CONFLICT DO NOTHING
), templates AS (
    INSERT INTO template_traffic AS t (account_id, template, since, sent, days, last_day)
    SELECT s.account_id, s.template, $54, s.messages, 1, ($54::timestamptz AT TIME ZONE 'UTC')::date
    FROM unnest($51::bigint[], $52::bigint[], $53::bigint[]) AS s (account_id, template, messages)
    ON CONFLICT (account_id, template) DO UPDATE
    SET sent = t.sent + excluded.sent,
        days = t.days + (excluded.last_day > t.last_day)::int,
        last_day = greatest(t.last_day, excluded.last_day)
), arrived AS (
    INSERT INTO number_arrivals AS t (number, minute, family, category, messages, bearing)
    SELECT n.number, n.minute, n.family, n.category, n.messages, n.bearing
    FROM unnest($62::bigint[], $63::int[], $64::bigint[], $65::text[], $66::int[], $67::text[])
         AS n (number, minute, family, category, messages, bearing)
    ON CONFLICT (number, minute, family, category, bearing) DO UPDATE
    SET messages = t.messages + excluded.messages
), begun AS (
    INSERT INTO account_traffic AS t (account_id, since, sent)
    SELECT s.account_id, $54, sum(s.messages)
    FROM unnest($51::bigint[], $53::bigint[]) AS s (account_id, messages)
    GROUP BY s.account_id
    ORDER BY s.account_id
    ON CONFLICT (account_id) DO UPDATE
    SET sent = t.sent + excluded.sent
)
SELECT holds,
       CASE WHEN cardinality($37::bigint[]) > 0
            THEN enqueue_events($37::bigint[], $38::text[], $39::text[], $40::passing_text[]) END AS told
FROM sure
