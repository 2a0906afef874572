-- Messages lose the number they went to.  $1 ids before this  $2 now  $3 how many at most
WITH chosen AS MATERIALIZED (
    SELECT m.account_id, m.id FROM messages m
    WHERE m.id < $1 AND m.text_erased_at IS NOT NULL AND m.recipient !~ '^erased-'
      AND NOT is_preserved_data(m.account_id, m.recipient, uuid_extract_timestamp(m.id), $2)
    LIMIT $3
), gone AS (
    UPDATE messages m
    SET recipient = 'erased-' || substr(md5(gen_random_uuid()::text), 1, 16), subject = NULL, reference = ''
    FROM chosen c
    WHERE m.account_id = c.account_id AND m.id = c.id AND m.id < $1
    RETURNING m.tableoid::regclass::text AS held
)
SELECT count(*), note_leftovers(array_agg(DISTINCT held)) FROM gone
