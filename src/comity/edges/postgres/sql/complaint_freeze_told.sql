-- Accounts to be told of a freeze, with the case that each of them sees, and how many messages it concerns; they count as told.
--   $1 the freeze's own case  $2 those alone that were told of nothing yet?  $3 the effect of the messages that count, beside what is still to be done
UPDATE cases c
SET facts = c.facts || '{"told": true}'
FROM (
    SELECT o.case_id, o.account_id, o.id,
           (SELECT count(*) FROM case_messages n WHERE n.case_id = o.case_id AND n.effect IN ($3, '')) AS messages
    FROM cases o
    WHERE o.subject = 'traffic-frozen/' || $1::bigint AND o.kind = 'hold' AND starts_with(o.subject, 'traffic-frozen/')
      AND o.account_id IS NOT NULL AND NOT ($2 AND o.facts ? 'told')
    ORDER BY o.case_id
    FOR NO KEY UPDATE
) o
WHERE c.case_id = o.case_id
RETURNING o.account_id, o.id, o.messages
