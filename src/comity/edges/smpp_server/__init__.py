"""The SMPP door: customers bind here, submit messages and are delivered receipts and replies."""
