-- Writes down opt-outs that came as replies; gives those that say anything new. What the account sent each such person
-- lately counts as complained of, a template once.
-- A person's word takes the place of an opt-out that the account put down, which it could take back, and of one that
-- the person answered since with an opt-in.
--   $1 account  $2 person  $3 number written to  $4 lowest id of what was sent lately  $5 how it came
--   $6 whether it is promotion alone that stops; all the account sends stops otherwise, of whatever brand: a person
--      who replies knows a number  $7 when
WITH asked AS MATERIALIZED (
    SELECT w.*
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::boolean[], $7::timestamptz[])
         AS w (account_id, recipient, receiver, since, source, promotion, at)
), stopped AS (
    INSERT INTO opt_outs AS known (account_id, recipient, source, memo, at, scope, subject)
    SELECT a.account_id, a.recipient, a.source, a.receiver, a.at,
           CASE WHEN a.promotion THEN 'category' ELSE 'everything' END, CASE WHEN a.promotion THEN 'promotional' ELSE '' END
    FROM asked a
    WHERE NOT a.promotion OR NOT EXISTS (
        SELECT
        FROM opt_outs o
        WHERE o.account_id = a.account_id AND o.recipient = a.recipient AND o.scope = 'everything' AND o.source <> 'api'
          AND NOT EXISTS (
              SELECT
              FROM consents c
              WHERE c.account_id = o.account_id AND c.recipient = o.recipient AND c.confirmed AND c.at > o.at
          )
    )
    ORDER BY a.account_id, a.recipient
    ON CONFLICT (account_id, recipient, scope, subject) DO UPDATE
    SET source = excluded.source, memo = excluded.memo, at = excluded.at
    WHERE known.source = 'api' OR EXISTS (
        SELECT
        FROM consents c
        WHERE c.account_id = known.account_id AND c.recipient = known.recipient AND c.confirmed AND c.at > known.at
    )
    RETURNING account_id, recipient
), meant AS (
    SELECT m.account_id, m.template, count(*) AS people
    FROM (
        SELECT DISTINCT s.account_id, s.recipient, m.template
        FROM stopped s
        JOIN asked a USING (account_id, recipient)
        CROSS JOIN LATERAL (
            SELECT m.template
            FROM messages m
            WHERE m.account_id = s.account_id AND m.recipient = s.recipient AND m.id >= a.since
              AND m.action NOT IN ('hold', 'refuse')
            ORDER BY m.id DESC
            LIMIT 50
        ) m
    ) m
    GROUP BY m.account_id, m.template
), locked AS MATERIALIZED (
    -- In the order in which acceptance counts, so that neither waits for the other in a ring.
    SELECT t.account_id, t.template, m.people
    FROM template_traffic t
    JOIN meant m ON m.account_id = t.account_id AND m.template = t.template
    ORDER BY t.account_id, t.template
    FOR UPDATE OF t
), complained AS (
    UPDATE template_traffic t
    SET complaints = t.complaints + l.people
    FROM locked l
    WHERE t.account_id = l.account_id AND t.template = l.template
)
SELECT account_id, recipient FROM stopped
