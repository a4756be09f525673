"""A miniature of the bucket `usgs-landsat` (Collection 2, Level-2) in which every pixel is known."""

from flows.sources.sample.landsat.truth import LandsatTruth, read_landsat
from flows.sources.sample.landsat.write import write_landsat

__all__ = ["LandsatTruth", "read_landsat", "write_landsat"]
