"""What fetching some records takes: how many, in how many requests, how many bytes, how long."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from flows.sources.ranges import cost
from flows.sources.records import wants

REQUEST_S = 0.3  # of one server, one after another; an estimate only
BYTES_PER_S = 5e6


@dataclass(frozen=True)
class Plan:
    """A look before the fetch."""

    records: int
    """Different records."""
    files: int
    """Archive files they lie in."""
    requests: int
    """Ranged reads, neighbours being read together."""
    bytes: int
    """Bytes to be read, with the gaps between neighbours."""
    estimate_s: float
    """Rough time over HTTPS, one request after another, in seconds."""


def plan(records: pa.Table, block_bytes: int) -> Plan:
    """What fetching these records (see `flows.sources.records`) takes."""
    by_file = wants(records)
    requests, total = cost(by_file.values(), block_bytes)
    seconds = requests * REQUEST_S + total / BYTES_PER_S
    return Plan(records.num_rows, len(by_file), requests, total, seconds)
