-- Notices are mailed to an address, in a language.  $1 account  $2 address  $3 language  $4 now  $5 the most of an account
INSERT INTO notice_addresses AS a (account_id, email, language, added_at)
SELECT $1, $2, $3, $4
WHERE (SELECT count(*) FROM notice_addresses WHERE account_id = $1 AND email <> $2) < $5
ON CONFLICT (account_id, email) DO UPDATE SET language = excluded.language
RETURNING a.email
