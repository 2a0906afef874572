-- Notices to accounts, and their answers to new policies.
SELECT;
