"""The Smstools dialect as pure functions: codes, shapes, dates."""
