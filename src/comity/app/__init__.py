"""Settings, composition and lifecycle: the only place that picks adapters."""
