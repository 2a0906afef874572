"""The SMPP door for customers."""
