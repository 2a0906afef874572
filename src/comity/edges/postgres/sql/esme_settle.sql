-- What was acknowledged, or refused for good, leaves. Gives how many this door still held.
--   $1 accounts  $2 numbers  $3 tokens of their claims
WITH gone AS (
    DELETE FROM esme_deliveries d
    USING unnest($1::bigint[], $2::bigint[], $3::uuid[]) AS done (account_id, number, claimed_by)
    WHERE d.account_id = done.account_id AND d.number = done.number AND d.claimed_by = done.claimed_by
    RETURNING 1
)
SELECT count(*) FROM gone
