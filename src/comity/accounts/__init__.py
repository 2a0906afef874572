"""Accounts: who sends, in which standing, with which defaults."""
