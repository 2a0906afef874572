-- Tables and views with an account_id whose rows the tenant role could reach across accounts.
-- A partition reached by its own name is not held by its parent's policies;
-- a view reads as its owner, whom no policy holds, unless it is told to read as who asks.
SELECT format('%I.%I', n.nspname, c.relname)
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL (
       SELECT has_table_privilege('comity_tenant', c.oid, 'SELECT, INSERT, UPDATE, DELETE')
              OR has_any_column_privilege('comity_tenant', c.oid, 'SELECT, INSERT, UPDATE')
       ) AS tenant (reaches)
 WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
   AND EXISTS (SELECT FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attname = 'account_id' AND NOT a.attisdropped)
   AND CASE
       WHEN c.relkind IN ('r', 'p') THEN NOT c.relrowsecurity AND (tenant.reaches OR NOT c.relispartition)
       WHEN c.relkind = 'v' THEN tenant.reaches
            AND NOT COALESCE(c.reloptions && '{security_invoker=true,security_invoker=on}'::text[], false)
       WHEN c.relkind = 'm' THEN tenant.reaches
       ELSE false
       END
 ORDER BY 1;
