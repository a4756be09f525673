"""What kernels are handed, and how what they yield adds up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import pyarrow as pa

Batches = Iterable[pa.RecordBatch]
"""Rows of a dataset, in the order of its parts."""
Combine = Literal["sum", "min", "max"]
"""How a measure of rows with the same key adds up."""
