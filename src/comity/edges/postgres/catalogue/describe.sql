-- Everything of a schema that can differ, one row for each object, in the server's own wording of it.
-- Never by object id or column number: they tell of the way to a schema, not of the schema.
WITH our_schemas AS (
    SELECT n.oid, n.nspname, n.nspacl FROM pg_namespace n
     WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
),
of_extensions AS (
    SELECT d.classid, d.objid FROM pg_depend d WHERE d.deptype = 'e'
),
relations AS (
    SELECT c.*, n.nspname FROM pg_class c JOIN our_schemas n ON n.oid = c.relnamespace
     WHERE (c.tableoid, c.oid) NOT IN (SELECT classid, objid FROM of_extensions)
),
described (kind, words) AS (
    SELECT 'table', format('%s %s.%s%s%s row security %s, forced %s, options %s, grants %s', c.relkind, c.nspname, c.relname,
               ' partitioned ' || pg_get_partkeydef(c.oid),
               (SELECT ' of ' || i.inhparent::regclass || ' ' || pg_get_expr(c.relpartbound, c.oid)
                  FROM pg_inherits i WHERE i.inhrelid = c.oid),
               c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
               (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(c.relacl) a))
      FROM relations c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
    UNION ALL
    SELECT 'column', format('%s.%s.%s %s nullable %s, default %s, identity %s, generated %s, collation %s, storage %s %s, grants %s',
               c.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
               pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, a.attcollation::regcollation,
               a.attstorage, a.attcompression,
               (SELECT array_agg(g::text ORDER BY g::text) FROM unnest(a.attacl) g))
      FROM relations c JOIN pg_attribute a ON a.attrelid = c.oid
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT 'index', format('%s valid %s', pg_get_indexdef(i.indexrelid), i.indisvalid)
      FROM pg_index i JOIN relations c ON c.oid = i.indexrelid
    UNION ALL
    SELECT 'constraint', format('%s.%s.%s %s validated %s', c.nspname, c.relname, o.conname,
               pg_get_constraintdef(o.oid), o.convalidated)
      FROM pg_constraint o JOIN relations c ON c.oid = o.conrelid
    UNION ALL
    SELECT 'policy', format('%s.%s.%s for %s, permissive %s, to %s, using %s, check %s', c.nspname, c.relname, p.polname,
               p.polcmd, p.polpermissive,
               (SELECT array_agg(COALESCE(r.rolname, 'public') ORDER BY r.rolname)
                  FROM unnest(p.polroles) AS role (oid) LEFT JOIN pg_roles r ON r.oid = role.oid),
               pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
      FROM pg_policy p JOIN relations c ON c.oid = p.polrelid
    UNION ALL
    SELECT 'routine', format('%s grants %s',
               CASE WHEN p.prokind = 'a' THEN p.oid::regprocedure::text ELSE pg_get_functiondef(p.oid) END,
               (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(p.proacl) a))
      FROM pg_proc p JOIN our_schemas n ON n.oid = p.pronamespace
     WHERE (p.tableoid, p.oid) NOT IN (SELECT classid, objid FROM of_extensions)
    UNION ALL
    SELECT 'trigger', format('%s enabled %s', pg_get_triggerdef(t.oid), t.tgenabled)
      FROM pg_trigger t JOIN relations c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal
    UNION ALL
    SELECT 'view', format('%s.%s %s', c.nspname, c.relname, pg_get_viewdef(c.oid))
      FROM relations c WHERE c.relkind IN ('v', 'm')
    UNION ALL
    SELECT 'sequence', format('%s.%s %s start %s step %s from %s to %s cache %s cycle %s', c.nspname, c.relname,
               s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle)
      FROM pg_sequence s JOIN relations c ON c.oid = s.seqrelid
    UNION ALL
    SELECT 'type', format('%s.%s %s %s %s %s', n.nspname, t.typname, t.typtype,
               CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
               (SELECT array_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
               (SELECT array_agg(pg_get_constraintdef(o.oid) ORDER BY o.conname)
                  FROM pg_constraint o WHERE o.contypid = t.oid))
      FROM pg_type t JOIN our_schemas n ON n.oid = t.typnamespace
     WHERE t.typtype IN ('e', 'd', 'r') AND (t.tableoid, t.oid) NOT IN (SELECT classid, objid FROM of_extensions)
    UNION ALL
    SELECT 'extension', extname::text FROM pg_extension
    UNION ALL
    SELECT 'schema', format('%s grants %s', n.nspname,
               (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(n.nspacl) a))
      FROM our_schemas n
    UNION ALL
    SELECT 'default grants', format('%s by %s: %s', d.defaclobjtype, d.defaclrole::regrole,
               (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(d.defaclacl) a))
      FROM pg_default_acl d
)
SELECT kind || ' ' || words FROM described ORDER BY kind COLLATE "C", words COLLATE "C";
