-- $1 account, $2 secret, $3 endpoint, $4 method, $5 types, $6 the most webhooks of an account.
INSERT INTO webhooks (account_id, secret, endpoint, method, types)
SELECT $1, $2, $3, $4, $5
WHERE (SELECT count(*) FROM webhooks WHERE account_id = $1) < $6
RETURNING webhook_id
