-- The rules, and how far each has come.
SELECT what, category, country, days, why, set_by, set_at, done_to FROM retention_rules ORDER BY what, category, country
