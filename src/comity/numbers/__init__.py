"""Telephone numbers: reading, checking, kinds and time zones."""
