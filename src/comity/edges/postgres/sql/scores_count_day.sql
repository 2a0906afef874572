-- Count how the scores of a day's messages are spread, once.
--   $1 day (UTC)  $2 categories  $3 edges of the bins  $4 about how many messages to look at, most
-- Of busy days a share is taken, by the last octet of ids, which is random.
WITH bounds AS (
    SELECT lower_id($1::date::timestamp AT TIME ZONE 'UTC') AS low,
           lower_id(($1::date + 1)::timestamp AT TIME ZONE 'UTC') AS high
), size AS (
    SELECT count(*) AS messages FROM messages m, bounds b WHERE m.id >= b.low AND m.id < b.high
), taken AS (
    SELECT m.verdict #> '{given,scores}' AS scores
    FROM messages m, bounds b, size s
    WHERE m.id >= b.low AND m.id < b.high
      AND get_byte(uuid_send(m.id), 15) < ceil(256.0 * $4::bigint / greatest(s.messages, $4::bigint))
), binned AS (
    SELECT c.category, width_bucket(coalesce((t.scores ->> c.category)::float8, 0), $3::float8[]) AS bin
    FROM taken t CROSS JOIN unnest($2::text[]) AS c (category)
)
INSERT INTO score_days (day, category, bin, messages)
SELECT $1, category, bin, count(*) FROM binned GROUP BY category, bin
ON CONFLICT DO NOTHING
