"""The text of a short message on the wire: alphabets, parts and headers."""
