"""The report of areas and pixels: maps, charts of areas, pictures, rasters."""
