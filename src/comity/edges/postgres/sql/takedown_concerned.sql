-- Accounts that a takedown concerns: who holds the sender, and who sent such a text lately. With each the names that it
-- has by the operator's records, and whether it holds the sender.
--   $1 sender key, '' for none  $2 template, null for none  $3 since which day  $4 now  $5 number of the complaint
SELECT a.account_id, bool_or(f.holds) AS holds,
       ARRAY(SELECT b.name FROM account_brands b
             WHERE b.account_id = a.account_id AND (b.until IS NULL OR b.until > $4)) AS names
FROM (
    SELECT g.account_id, true AS holds
    FROM sender_grants g
    WHERE $1 <> '' AND g.sender_key = $1 AND (g.expires_at IS NULL OR g.expires_at > $4)
    UNION ALL
    SELECT t.account_id, false
    FROM accounts s
    JOIN template_traffic t ON t.account_id = s.account_id AND t.template = $2 AND t.last_day >= $3
    UNION ALL
    SELECT c.account_id, false FROM complaints c WHERE c.number = $5 AND c.account_id IS NOT NULL
) f
JOIN accounts a USING (account_id)
GROUP BY a.account_id
ORDER BY a.account_id
