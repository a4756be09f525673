"""Sentiment: scorers of texts (VADER, own dictionaries, a callable), gates before them, sentences."""
