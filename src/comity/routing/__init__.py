"""Routes, prices and links: which carrier takes a message, at what price."""
