"""Normalising and comparing texts."""
