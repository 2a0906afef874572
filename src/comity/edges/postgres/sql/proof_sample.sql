-- Recipients of an account's promotional messages since an instant, drawn by lot.  $1 account, $2 since, $3 how many
SELECT recipient FROM (
    SELECT DISTINCT m.recipient FROM messages m
    JOIN message_life l ON l.account_id = m.account_id AND l.id = m.id
    WHERE m.account_id = $1 AND m.id >= lower_id($2) AND m.category = 'promotional' AND l.submitted_at IS NOT NULL
) sent
ORDER BY random()
LIMIT $3
