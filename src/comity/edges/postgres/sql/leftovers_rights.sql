-- Whether the log of changes can be written on until it is new.
SELECT has_function_privilege('pg_ls_waldir()', 'execute') AND pg_has_role('pg_checkpoint', 'USAGE')
