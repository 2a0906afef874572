-- Every version with its state; the one in force is found as in policy_in_force.sql. A version holds from its day, or
-- from when it was published if that was later, until one that goes before it has begun; where that leaves no time,
-- it never holds.
WITH moment AS (
    SELECT (now() AT TIME ZONE 'UTC')::date AS today
), holds AS (
    SELECT version, effective
    FROM policy_versions, moment
    ORDER BY effective <= moment.today DESC, abs(effective - moment.today), published_at DESC
    LIMIT 1
), begins AS (
    SELECT p.*, greatest(p.effective::timestamp AT TIME ZONE 'UTC', p.published_at) AS begins
    FROM policy_versions p
), spans AS (
    SELECT b.*, (SELECT min(greatest(later.begins, b.begins))
                 FROM begins later
                 WHERE (later.effective, later.published_at) > (b.effective, b.published_at)) AS ends
    FROM begins b
), every AS (
    SELECT s.version, s.digest, s.effective,
           CASE WHEN s.ends = s.begins THEN NULL ELSE s.begins END AS in_force_from,
           CASE WHEN s.ends = s.begins THEN NULL ELSE s.ends END AS until,
           CASE WHEN s.version = holds.version THEN 'in force'
                WHEN s.effective > moment.today AND s.ends IS DISTINCT FROM s.begins THEN 'coming'
                ELSE 'past' END AS state,
           s.published_at, s.published_by, NULL::timestamptz AS withdrawn_at, '' AS withdrawn_by
    FROM spans s, holds, moment
    UNION ALL
    SELECT version, digest, effective, NULL, NULL, 'withdrawn', published_at, published_by, withdrawn_at, withdrawn_by
    FROM withdrawn_versions
)
SELECT every.*, (SELECT count(*) FROM policy_acceptances a WHERE a.version = every.version) AS accepted_by
FROM every
ORDER BY effective DESC, published_at DESC
