"""Judging what a text says, from the text alone."""
