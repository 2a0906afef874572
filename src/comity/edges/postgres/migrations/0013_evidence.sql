-- The evidence log.
SELECT;
