-- What was said of traffic, with proof, since it was last let go, by others than who had said so before.
--   $1 account  $2 template  $3 text key  $4 since when at most  $5 kind of a freeze of it  $6 its key
WITH ended AS (
    -- When it was last let go, and whether a person ever said within that time that it should be.
    SELECT max(f.ended_at) AS at, coalesce(bool_or(f.state IN ('lifted', 'declined')), false) AS let_go
    FROM freezes f
    WHERE f.kind = $5 AND f.key = $6 AND f.ended_at IS NOT NULL AND f.ended_at >= $4::timestamptz - interval '14 days'
      AND (f.account_id IS NULL OR $1 IN (SELECT family_of(f.account_id)))
), said AS (
    SELECT c.complaint_id, c.reporter_key, complaint_number(c) AS recipient, c.score, c.state, coalesce(p.at, c.filed_at) AS at
    FROM complaints c
    -- It counts from when it was proven.
    LEFT JOIN LATERAL (
        SELECT max(e.at) AS at FROM complaint_events e WHERE e.complaint_id = c.complaint_id AND e.event = 'prove'
    ) p ON true
    WHERE c.account_id = $1 AND (c.template = $2 OR ($2::bigint IS NULL AND c.text_key = $3))
      AND c.proven AND NOT c.apart AND c.filed_at >= $4::timestamptz - interval '28 days'
      -- Who reported to harm somebody counts no more, for 30 days: others share the network. A feed hands in what others say.
      AND NOT EXISTS (SELECT FROM complaints x
                      WHERE x.reporter_key = c.reporter_key AND c.reporter_key <> '' AND x.outcome = 'abusive'
                        AND x.channel NOT IN ('xarf', 'arf') AND x.decided_at > c.filed_at - interval '30 days')
), earlier AS (
    SELECT s.* FROM said s, ended e WHERE s.at <= e.at
), later AS (
    SELECT s.*
    FROM said s, ended e
    WHERE s.at >= $4::timestamptz AND s.state IN ('received', 'linked', 'investigated', 'upheld')
      AND (e.at IS NULL OR (s.at > e.at AND NOT EXISTS (
          SELECT FROM earlier o
          WHERE (o.reporter_key = s.reporter_key AND s.reporter_key <> '') OR (o.recipient = s.recipient AND s.recipient <> '')
      )))
)
SELECT e.let_go,
       (SELECT count(*) FROM later) AS proven,
       (SELECT coalesce(max(l.score), 0)::float8 FROM later l) AS score,
       l.reporters, l.numbers, b.reporters AS earlier_reporters, b.numbers AS earlier_numbers
FROM ended e
CROSS JOIN LATERAL (
    -- Who reported what number, the first of them: more would change nothing.
    SELECT (array_agg(o.reporter_key ORDER BY o.complaint_id))[1:200] AS reporters,
           (array_agg(o.recipient ORDER BY o.complaint_id))[1:200] AS numbers
    FROM later o WHERE o.reporter_key <> '' AND o.recipient <> ''
) l
CROSS JOIN LATERAL (
    SELECT (array_agg(o.reporter_key ORDER BY o.complaint_id))[1:200] AS reporters,
           (array_agg(o.recipient ORDER BY o.complaint_id))[1:200] AS numbers
    FROM earlier o WHERE o.reporter_key <> '' AND o.recipient <> ''
) b
