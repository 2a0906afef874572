-- The recipients of a request, with when the first promotional message went to each.  $1 account, $2 request, $3 numbers
INSERT INTO proof_request_recipients (account_id, request_id, recipient, first_sent_at)
SELECT $1, $2, asked.recipient, first.at
FROM unnest($3::text[]) AS asked (recipient)
LEFT JOIN LATERAL (
    SELECT uuid_extract_timestamp(m.id) AS at FROM messages m
    JOIN message_life l ON l.account_id = m.account_id AND l.id = m.id
    WHERE m.account_id = $1 AND m.recipient = asked.recipient AND m.category = 'promotional'
      AND l.submitted_at IS NOT NULL
    ORDER BY m.id
    LIMIT 1
) first ON true
