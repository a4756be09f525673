"""Miniatures of the public archives with planted truth: true keys, true formats, every count known."""

from flows.sources.sample.truth import SampleError, Truth, read
from flows.sources.sample.wet import write

__all__ = ["SampleError", "Truth", "read", "write"]
