-- What carriers report on parts.
--   $1..$3 keys: place of the report from 1, carrier, key; of one report the likeliest first
--   $4..$5 reports: state, detail  $6 now
--   $7 accounts whose messages are wanted with their words (null: all)
WITH asked AS MATERIALIZED (
    SELECT a.place, a.carrier_id, a.smsc_key, a.rank, w.account_id, w.message_id, w.part, w.tuple
    FROM unnest($1::int[], $2::bigint[], $3::text[]) WITH ORDINALITY AS a (place, carrier_id, smsc_key, rank)
    LEFT JOIN LATERAL (
        -- OFFSET 0 keeps this a look-up by key, whatever a plan made while the table was empty would prefer.
        SELECT w.account_id, w.message_id, w.part, w.ctid AS tuple
        FROM awaited_receipts w
        WHERE w.carrier_id = a.carrier_id AND w.smsc_key = a.smsc_key
        OFFSET 0
    ) w ON true
), best AS MATERIALIZED (
    SELECT DISTINCT ON (a.place) a.*, ($4::text[])[a.place] AS state, ($5::smallint[])[a.place] AS detail
    FROM asked a
    ORDER BY a.place, a.account_id IS NULL, a.rank
), found AS MATERIALIZED (
    SELECT * FROM best WHERE account_id IS NOT NULL
), reports AS (
    SELECT f.account_id, f.message_id, array_agg(f.part ORDER BY f.place) AS places,
           array_agg(f.state ORDER BY f.place) AS states, array_agg(f.detail ORDER BY f.place) AS details
    FROM found f
    GROUP BY f.account_id, f.message_id
), moved AS (
    -- OFFSET 0: else the functions are worked out anew at every place that names their result.
    UPDATE message_life l
    SET (part_states, state, detail, settled_at) = (
        SELECT p.parts,
               CASE WHEN s.moves THEN s.state ELSE l.state END,
               CASE WHEN s.moves THEN coalesce((
                   SELECT max(d.detail) FROM unnest(r.states, r.details) AS d (state, detail) WHERE d.state = s.state
               ), 0::smallint) ELSE l.detail END,
               CASE WHEN s.moves THEN $6 ELSE l.settled_at END
        FROM (SELECT advance_parts(l.part_states, r.places, r.states) AS parts OFFSET 0) p
        CROSS JOIN LATERAL (
            SELECT c.state, may_move(l.state, c.state) AS moves FROM (SELECT compose_state(p.parts) AS state OFFSET 0) c
        ) s
    )
    FROM reports r
    WHERE l.account_id = r.account_id AND l.id = r.message_id
    RETURNING l.account_id, l.id, l.state, l.detail, l.carrier_id, l.submitted_at, l.settled_at = $6 AS moves
), settled AS (
    -- Expired and unknown are sometimes followed by the truth, so their ids are kept.
    DELETE FROM awaited_receipts w
    USING found f
    WHERE w.ctid = f.tuple AND w.carrier_id = f.carrier_id AND w.smsc_key = f.smsc_key AND f.state IN ('delivered', 'undelivered', 'rejected')
), matched AS (
    DELETE FROM unmatched_receipts u
    USING found f
    CROSS JOIN LATERAL (
        SELECT k.ctid AS tuple
        FROM unmatched_receipts k
        WHERE k.carrier_id = f.carrier_id AND k.smsc_key = f.smsc_key
        OFFSET 0
    ) k
    WHERE u.ctid = k.tuple AND u.smsc_key = f.smsc_key
), kept AS (
    INSERT INTO unmatched_receipts (carrier_id, smsc_key, state, detail)
    SELECT DISTINCT ON (b.carrier_id, b.smsc_key) b.carrier_id, b.smsc_key, b.state, b.detail
    FROM best b
    WHERE b.account_id IS NULL
    ORDER BY b.carrier_id, b.smsc_key, b.place DESC
    ON CONFLICT (carrier_id, smsc_key) DO UPDATE
    SET state = excluded.state, detail = excluded.detail, at = excluded.at
    WHERE may_move(unmatched_receipts.state, excluded.state)
)
SELECT v.account_id, v.id, v.state, v.detail, v.carrier_id, v.submitted_at, m.sender, m.recipient,
       sealed_text_of(v.account_id, m.subject, v.id, m.body, m.text) AS text, m.reference,
       m.receipt, m.system_id, (SELECT count(*) FROM found)::int AS matched
FROM moved v
LEFT JOIN LATERAL (
    SELECT m.sender, m.recipient, m.subject, m.body, m.text, m.reference, m.receipt, m.system_id
    FROM messages m
    WHERE v.moves AND m.account_id = v.account_id AND m.id = v.id
      AND (m.receipt OR $7::bigint[] IS NULL OR v.account_id = ANY ($7))
    OFFSET 0
) m ON true
