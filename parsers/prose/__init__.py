"""Text reports of any format: their words by heading."""
