"""The /api door and the operational pages (health, metrics)."""
