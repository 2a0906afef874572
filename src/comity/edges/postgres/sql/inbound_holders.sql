-- Whose number it is; of several accounts the one that last wrote to the sender, else the one that held it first.
--   $1 receiver  $2 sender
SELECT q.receiver, q.sender, h.account_id, h.name,
       EXISTS (SELECT FROM report_numbers r WHERE r.number = q.receiver AND r.account_id = h.account_id) AS reports
FROM (
    SELECT DISTINCT p.receiver, p.sender FROM unnest($1::text[], $2::text[]) AS p (receiver, sender)
) q
CROSS JOIN LATERAL (
    SELECT g.account_id, a.name
    FROM sender_grants g
    JOIN accounts a ON a.account_id = g.account_id
    LEFT JOIN LATERAL (
        SELECT m.id
        FROM messages m
        WHERE m.account_id = g.account_id AND m.recipient = q.sender
        ORDER BY m.id DESC
        LIMIT 1
    ) last ON true
    WHERE g.sender_key = q.receiver AND g.kind <> 'name' AND (g.expires_at IS NULL OR g.expires_at > now())
    ORDER BY last.id DESC NULLS LAST, g.granted_at, g.account_id
    LIMIT 1
) h
