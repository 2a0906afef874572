"""Credits: lots, charges, refunds, and the ledger that always balances."""
