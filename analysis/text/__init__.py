"""Words, trends and keywords of texts."""
