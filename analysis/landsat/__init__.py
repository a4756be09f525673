"""Landsat: indices of areas and composites."""
