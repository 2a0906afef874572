-- Keeps texts to report numbers, in their order, until they are read; says to whom there is something to do.
--   $1 number  $2 reporter  $3 text  $4 now
WITH kept AS (
    INSERT INTO report_texts (number, reporter, subject, text, at)
    SELECT t.number, t.reporter, report_subject(t.number, t.reporter), ($3::passing_text[])[t.place], $4
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS t (number, reporter, place)
    ORDER BY t.place
    RETURNING number, subject
)
INSERT INTO deadlines (kind, subject, account_id, due_at, try_at)
SELECT DISTINCT 'report-text', k.subject, n.account_id, $4, $4
FROM kept k
JOIN report_numbers n USING (number)
ORDER BY 2
ON CONFLICT (kind, subject) DO UPDATE SET due_at = least(deadlines.due_at, excluded.due_at), try_at = excluded.try_at
