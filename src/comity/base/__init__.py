"""Ids, clock and errors."""
