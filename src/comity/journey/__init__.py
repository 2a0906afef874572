"""The verbs: a message's way from a door to a carrier and back."""
