-- The tenant role may use a table when policies guard it. $1: the tables that were there before this migration.
-- What a migration grants by itself stays as it is: less (rows that are only ever added), or a table without accounts.
SELECT format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.%I TO comity_tenant', n.nspname, c.relname)
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND c.relrowsecurity AND c.oid <> ALL ($1::oid[])
   AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
   AND NOT EXISTS (SELECT FROM aclexplode(c.relacl) granted WHERE granted.grantee = 'comity_tenant'::regrole);
