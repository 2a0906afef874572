"""Sender ids: their form and who may use them."""
