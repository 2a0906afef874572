"""Owns complaints about messages: what one is, its life, what it weighs, when it freezes; it knows no store."""
