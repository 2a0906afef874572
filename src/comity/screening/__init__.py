"""Screening: decide(message, facts, policy) -> Verdict, and its rules."""
