"""Pixels: classes, formulas, zonal statistics and composites of satellite images."""
