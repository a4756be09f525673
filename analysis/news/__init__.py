"""News: copies of articles, gaps of the archive."""
