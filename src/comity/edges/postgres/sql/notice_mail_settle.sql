-- What became of claimed mails; only what the same claim says counts. Gives how many this worker still held.
-- $1 accounts, $2 notices, $3 addresses, $4 tokens, $5 states, $6 when to try again, $7 remarks, $8 tries not made, $9 now
WITH told AS (
    SELECT *
    FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::timestamptz[], $7::text[],
                $8::smallint[])
         AS t (account_id, notice_id, address, claimed_by, state, due_at, remark, untried)
), settled AS (
    UPDATE notice_deliveries d
    SET state = told.state, due_at = told.due_at, remark = told.remark, attempt = d.attempt - told.untried,
        settled_at = CASE WHEN told.state <> 'waiting' THEN $9::timestamptz END,
        claimed_until = NULL, claimed_by = NULL
    FROM told
    WHERE d.account_id = told.account_id AND d.notice_id = told.notice_id AND d.channel = 'email'
      AND d.address = told.address AND d.claimed_by = told.claimed_by
    RETURNING 1
)
SELECT count(*) FROM settled
