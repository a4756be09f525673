"""Miniatures of the public archives with planted truth: true keys, true formats, every count known."""

from flows.sources.sample.landsat import LandsatTruth, MissingExtraError, read_landsat, write_landsat
from flows.sources.sample.truth import SampleError, Truth, read
from flows.sources.sample.wet import write

__all__ = [
    "LandsatTruth",
    "MissingExtraError",
    "SampleError",
    "Truth",
    "read",
    "read_landsat",
    "write",
    "write_landsat",
]
