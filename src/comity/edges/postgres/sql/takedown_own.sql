-- Takedowns that concern an account, with what it answered; who reported is shown by name and right, never by address.
--   $1 account  $2 number of one, or null  $3 below which number of the store, or null  $4 how many
SELECT t.takedown_id, t.number, t.state, t.kind, t.holder, t.right_named, t.link, c.sender, t.filed_at, t.reason,
       t.decided_at, a.told_at, a.due_at, a.words, a.answered_at
FROM takedown_answers a
JOIN takedowns t USING (takedown_id)
JOIN complaints c ON c.number = t.number
WHERE a.account_id = $1 AND ($2::text IS NULL OR t.number = $2) AND ($3::bigint IS NULL OR t.takedown_id < $3)
ORDER BY t.takedown_id DESC
LIMIT $4
