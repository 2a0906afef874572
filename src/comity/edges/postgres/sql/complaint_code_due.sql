-- Whether a message went to a number of late that it may complain about: no code of ours, and no answer to what it wrote.
--   $1 recipient  $2 the earliest id  $3 the account that sends codes  $4 the reference of these
-- Accounts are stepped through, since messages are indexed by account and recipient.
SELECT EXISTS (
    SELECT
    FROM accounts a
    CROSS JOIN LATERAL (
        SELECT m.account_id, m.id
        FROM messages m
        WHERE m.account_id = a.account_id AND m.recipient = $1 AND m.id >= $2 AND m.action <> 'refuse'
          AND m.door <> 'opt_out' AND NOT (m.account_id = $3 AND m.reference = $4)
        ORDER BY m.id DESC
        LIMIT 50
    ) m
    JOIN message_life l ON l.account_id = m.account_id AND l.id = m.id
    -- What has not left us nobody got.
    WHERE l.state NOT IN ('accepted', 'held', 'deferred', 'queued', 'refused', 'cancelled')
)
