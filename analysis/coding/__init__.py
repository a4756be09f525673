"""Hand-coded samples: drawn with known probabilities, read back with their reliability, and the whole measured."""
