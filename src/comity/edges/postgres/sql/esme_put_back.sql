-- What was not delivered waits again. The token stays, so that an acknowledgement that comes late still counts while
-- nobody else took it over.  $1 accounts  $2 numbers  $3 tokens  $4 when to try again  $5 tries not made
WITH back AS (
    UPDATE esme_deliveries d
    SET claimed_until = NULL, due_at = b.due_at, attempt = d.attempt - b.untried
    FROM unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::timestamptz[], $5::smallint[])
         AS b (account_id, number, claimed_by, due_at, untried)
    WHERE d.account_id = b.account_id AND d.number = b.number AND d.claimed_by = b.claimed_by
      AND d.claimed_until IS NOT NULL
    RETURNING 1
)
SELECT count(*) FROM back
