"""Comity: the SMS gateway that enforces its own acceptable use policy."""
