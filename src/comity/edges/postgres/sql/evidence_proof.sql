-- The tree that holds a message's verdict, with the message's leaf as text where the message is still there.
--   $1 message  $2 its minute
SELECT t.account_id, t.minute, t.sequence, t.seed, t.ids, t.leaves, m.leaf_text, m.verdict_text
FROM evidence_minutes t
LEFT JOIN LATERAL (
    SELECT verdict_leaf_text(account_id, id, action, verdict, sha256(t.seed || uuid_send(id))) AS leaf_text,
           verdict_kept_text(verdict) AS verdict_text
    FROM messages WHERE account_id = t.account_id AND id = $1
) AS m ON TRUE
WHERE t.minute = $2 AND $1 = ANY (t.ids)
