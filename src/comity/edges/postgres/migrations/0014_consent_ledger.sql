-- The consent ledger.
SELECT;
