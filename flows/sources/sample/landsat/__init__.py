"""A miniature of the bucket `usgs-landsat` (Collection 2, Level-2) in which every pixel is known."""

from flows.sources.sample.landsat.truth import LandsatTruth, read_landsat
from flows.sources.sample.landsat.write import MissingExtraError, write_landsat

__all__ = ["LandsatTruth", "MissingExtraError", "read_landsat", "write_landsat"]
