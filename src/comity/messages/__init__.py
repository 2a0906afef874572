"""Messages: submissions, their life, and the codes shown to customers."""
