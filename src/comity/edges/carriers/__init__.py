"""Links to carriers over SMPP, and the carrier simulator."""
