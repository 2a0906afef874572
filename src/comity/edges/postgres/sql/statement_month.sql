-- A month of an account's ledger.  $1 account  $2 begins  $3 ends
-- What is held now, less what moved since, is what was held then: so only entries since the month began are read.
WITH moved AS (
    SELECT kind, at >= $3 AS later, sum(micro_credits)::bigint AS micro_credits, count(*) AS entries
    FROM ledger_postings
    WHERE account_id = $1 AND ledger_account = 'customer' AND at >= $2
    GROUP BY kind, later
), ends AS (
    SELECT (SELECT coalesce(sum(remaining), 0) FROM lots WHERE account_id = $1)
           - coalesce(sum(micro_credits) FILTER (WHERE later), 0) AS closing,
           coalesce(sum(micro_credits) FILTER (WHERE NOT later), 0) AS change
    FROM moved
)
SELECT (closing - change)::bigint AS opening, closing::bigint AS closing,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'micro_credits', micro_credits, 'entries', entries)),
                        '[]')
        FROM moved WHERE NOT later) AS sums
FROM ends
