-- How often reviewers agreed with each rule that held messages: cases and messages, confirmed and overturned.
SELECT c.facts ->> 'rule' AS rule,
       count(*) FILTER (WHERE c.outcome = 'confirm') AS confirmed,
       count(*) FILTER (WHERE c.outcome = 'overturn') AS overturned,
       coalesce(sum(n.messages) FILTER (WHERE c.outcome = 'confirm'), 0)::bigint AS messages_confirmed,
       coalesce(sum(n.messages) FILTER (WHERE c.outcome = 'overturn'), 0)::bigint AS messages_overturned
FROM cases c
CROSS JOIN LATERAL (SELECT count(*) AS messages FROM case_messages m WHERE m.case_id = c.case_id) n
WHERE c.kind = 'hold' AND c.outcome <> ''
GROUP BY 1
ORDER BY 1
