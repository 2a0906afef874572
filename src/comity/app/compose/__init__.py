"""Which adapter stands behind which port: the only place that picks. One module a role, loaded only where it runs."""
