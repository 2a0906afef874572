-- Consents that ended so long ago that nobody can ask for them, with their files.  $1 before  $2 now  $3 how many at most
WITH chosen AS MATERIALIZED (
    SELECT c.account_id, c.number, c.recipient
    FROM consents c
    WHERE coalesce(c.withdrawn_at, c.expires_at) < $1 AND NOT is_preserved(c.account_id, c.recipient, $2)
    LIMIT $3
), files AS (
    DELETE FROM consent_proofs p USING chosen c WHERE p.account_id = c.account_id AND p.consent = c.number
), gone AS (
    DELETE FROM consents d USING chosen c WHERE d.account_id = c.account_id AND d.number = c.number
    RETURNING d.account_id, d.recipient
)
SELECT DISTINCT account_id, recipient FROM gone ORDER BY 1, 2
