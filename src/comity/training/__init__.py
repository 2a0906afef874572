"""Making a learned model from labelled texts, the same to the byte on every machine: `python -m comity.training`."""
