"""Handing information to authorities and harmed people: asked, checked, narrowed, redacted, counted (G3)."""
