-- What is known of traffic by the complaints about it that count.  $1 account  $2 template  $3 text key  $4 since when
SELECT count(*) AS complaints,
       count(*) FILTER (WHERE c.proven) AS proven,
       -- Who reported what number, the first of them: more would change nothing.
       (array_agg(c.reporter_key ORDER BY c.complaint_id)
        FILTER (WHERE c.proven AND c.reporter_key <> '' AND complaint_number(c) <> ''))[1:200] AS reporters,
       (array_agg(complaint_number(c) ORDER BY c.complaint_id)
        FILTER (WHERE c.proven AND c.reporter_key <> '' AND complaint_number(c) <> ''))[1:200] AS numbers,
       coalesce(max(c.score) FILTER (WHERE c.proven), 0)::float8 AS score,
       coalesce(sum(c.weight), 0)::float8 AS weight,
       (array_agg(c.case_id ORDER BY c.complaint_id DESC) FILTER (WHERE k.case_id IS NOT NULL))[1] AS case_id
FROM complaints c
LEFT JOIN cases k ON k.case_id = c.case_id AND k.kind = 'complaint' AND k.state IN ('open', 'assigned', 'waiting', 'escalated')
WHERE c.account_id = $1 AND (c.template = $2 OR ($2::bigint IS NULL AND c.text_key = $3))
  AND NOT c.apart AND c.filed_at >= $4 AND c.state IN ('received', 'linked', 'investigated', 'upheld')
  -- Who reported to harm somebody counts no more, for 30 days: others share the network. A feed hands in what others say.
  AND NOT EXISTS (SELECT FROM complaints x
                  WHERE x.reporter_key = c.reporter_key AND c.reporter_key <> '' AND x.outcome = 'abusive'
                    AND x.channel NOT IN ('xarf', 'arf') AND x.decided_at > c.filed_at - interval '30 days')
