-- Sealed cases, the newest first, with who can open them.
--   $1 only open ones
SELECT c.case_id AS "case", a.name AS account, c.rule, c.sealed_at, c.state, c.closed_by, c.closing,
       c.destroyed_at, c.destroyed_by, c.destroyed_why,
       coalesce((
           SELECT string_agg(CASE r.person WHEN '' THEN 'nobody yet' ELSE r.person END, ', ' ORDER BY r.person)
           FROM sealed_boxes b JOIN sealed_readers r USING (reader_id) WHERE b.case_id = c.case_id), '') AS readers
FROM sealed_cases c JOIN accounts a USING (account_id)
WHERE NOT $1 OR c.state = 'open'
ORDER BY c.case_id DESC
