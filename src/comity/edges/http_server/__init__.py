"""The HTTP server under the doors: listening, bounded reading, plain answering."""
