"""Cases: what a person has to look at, and what may become of it."""
