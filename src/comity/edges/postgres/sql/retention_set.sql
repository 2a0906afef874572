-- Set a rule.  $1 what  $2 category  $3 country  $4 days  $5 why  $6 by whom  $7 now
-- A longer one changes which others count too, so all of its kind begin anew.
WITH anew AS (
    UPDATE retention_rules SET done_to = DEFAULT WHERE what = $1 AND (category, country) <> ($2, $3)
)
INSERT INTO retention_rules (what, category, country, days, why, set_by, set_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (what, category, country) DO UPDATE
SET days = excluded.days, why = excluded.why, set_by = excluded.set_by, set_at = excluded.set_at, done_to = DEFAULT
