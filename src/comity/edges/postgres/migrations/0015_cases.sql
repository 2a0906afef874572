-- Cases, those who review them, and holds.
SELECT;
