-- What was asked of people who wrote, and not answered yet, as it is until the transaction ends; and whether a carrier
-- had taken the whole question before they wrote: they answer something else where none had.
--   $1 account  $2 person  $3 number written to  $4 when
SELECT w.place::int - 1 AS place, r.account_id, r.id, r.recipient, r.brand, r.purpose, r.wording, r.address, r.text, r.at,
       r.sender, r.message_id,
       coalesce(l.submitted_at <= w.at AND l.state IN ('submitted', 'delivered', 'expired', 'unknown'), false) AS handed
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[]) WITH ORDINALITY
     AS w (account_id, recipient, receiver, at, place)
JOIN consent_requests r ON r.account_id = w.account_id AND r.recipient = w.recipient AND r.sender_key = w.receiver
LEFT JOIN message_life l ON l.account_id = r.account_id AND l.id = r.message_id
WHERE r.state = 'pending' AND r.expires_at > w.at
ORDER BY r.account_id, r.id
FOR UPDATE OF r
