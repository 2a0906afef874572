-- Wrap keys anew, those that still are as they were read.  $1 account  $2 subject  $3 as read  $4 anew, or null: gone
WITH changed AS (
    SELECT q.* FROM unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::bytea[]) AS q (account_id, subject, old, new)
), gone AS (
    DELETE FROM body_keys k USING changed c
    WHERE c.new IS NULL AND k.account_id = c.account_id AND k.subject = c.subject AND k.wrapped = c.old
)
UPDATE body_keys k SET wrapped = c.new
FROM changed c
WHERE c.new IS NOT NULL AND k.account_id = c.account_id AND k.subject = c.subject AND k.wrapped = c.old
