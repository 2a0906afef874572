-- Accounts that a request concerns, beside those it is known to.  $1 request  $2 accounts
INSERT INTO disclosure_accounts (request_id, account_id)
SELECT $1, a.account_id FROM accounts a WHERE a.account_id = ANY ($2::bigint[]) ORDER BY a.account_id
ON CONFLICT DO NOTHING
