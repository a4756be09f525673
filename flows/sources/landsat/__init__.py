"""Landsat 4 to 9, Collection 2 Level-2: which scenes there are, what they are, and their pixels."""
