"""SMPP 3.4 without sockets: codec, session and delivery receipts."""
