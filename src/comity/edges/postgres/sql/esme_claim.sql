-- Claims what is due for logins that are bound here to receive.
--   $1 now  $2 token of this claim  $3 claimed until  $4 accounts  $5 system ids  $6 the most of each
WITH heads AS MATERIALIZED (
    SELECT head.account_id, head.number
    FROM unnest($4::bigint[], $5::text[], $6::integer[]) AS turn (account_id, system_id, room)
    CROSS JOIN LATERAL (
        SELECT d.account_id, d.number FROM esme_deliveries d
        WHERE d.account_id = turn.account_id AND d.system_id = turn.system_id AND d.due_at <= $1
          AND (d.claimed_until IS NULL OR d.claimed_until <= $1)
          -- In order: nothing earlier of its stream is left, being delivered or not.
          AND NOT EXISTS (
              SELECT FROM esme_deliveries e
              WHERE e.account_id = d.account_id AND e.system_id = d.system_id AND e.stream = d.stream
                AND e.number < d.number)
        ORDER BY d.due_at, d.number
        LIMIT turn.room
        FOR UPDATE SKIP LOCKED
    ) head
), claimed AS (
    UPDATE esme_deliveries d
    SET claimed_until = $3, claimed_by = $2, attempt = d.attempt + 1
    FROM heads
    WHERE d.account_id = heads.account_id AND d.number = heads.number
    RETURNING d.*
)
-- In the order of comity.edges.postgres.esme_store.Delivery.
SELECT account_id, number, system_id, kind, message_id, state, detail, mark, sender, recipient, text, at, attempt,
       claimed_by
FROM claimed
ORDER BY claimed.number
