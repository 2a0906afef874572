-- Accounts that have a chain, or the end of one.
SELECT account_id FROM evidence_heads
UNION
SELECT a.account_id FROM accounts a WHERE EXISTS (SELECT FROM evidence_entries e WHERE e.account_id = a.account_id)
ORDER BY account_id
