"""The acceptable use policy as versioned data."""
