"""Sentiment of news over time."""
