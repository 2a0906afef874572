-- Workers claim one after another, so that each sees what the others hold; see webhook_claim.sql.
-- A lost claim only means that an event is told twice, so the claim's commit need not wait for the disk.
SELECT pg_advisory_xact_lock(7234017283807667566), set_config('synchronous_commit', 'off', true)
