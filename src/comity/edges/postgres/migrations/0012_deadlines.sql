-- Deeds that are due at an instant.
SELECT;
