-- Keeps plans good while a new day's tables grow.
SELECT refresh_message_statistics()
