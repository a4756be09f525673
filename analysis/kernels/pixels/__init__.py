"""Pixels of Landsat: which are usable, what an index says of them, and how much of each lies in an area."""
