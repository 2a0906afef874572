"""Consent and opt-out: what a recipient has agreed to, and words that withdraw it."""
