"""Keyword search: queries, matching, context, a fair sample of hits."""
