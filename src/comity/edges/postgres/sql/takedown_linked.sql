-- Messages of just the text of a claim that it names, the surest and newest first, whose text nobody stopped before: no
-- claim stops a text twice without a person, and none that of who was found to have reported to harm somebody.
--   $1 number of its complaint  $2 key of its text  $3 its similarity
SELECT m.account_id, m.sender
FROM complaints c
JOIN complaint_messages l ON l.complaint_id = c.complaint_id AND l.how IN ('token', 'text', 'template', 'similar')
JOIN messages m ON m.account_id = l.account_id AND m.id = l.message_id
WHERE c.number = $1 AND m.text_key = $2
  AND NOT EXISTS (SELECT FROM complaints x
                  WHERE x.reporter_key = c.reporter_key AND c.reporter_key <> '' AND x.outcome = 'abusive'
                    AND x.channel NOT IN ('xarf', 'arf') AND x.decided_at > c.filed_at - interval '30 days')
  AND NOT EXISTS (SELECT FROM freezes f
                  WHERE (f.account_id IS NULL OR m.account_id IN (SELECT family_of(f.account_id)))
                    AND complaint_frozen(f, 'promotional', m.sender, m.text_key, m.template, $3))
ORDER BY array_position(ARRAY['token', 'text', 'template', 'similar'], l.how), m.id DESC
LIMIT 20
