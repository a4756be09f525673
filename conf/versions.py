"""Versions that belong into every ledger row and manifest."""

from __future__ import annotations

import platform
from functools import cache
from importlib import metadata

FIELDWORK = "0.1.0"
NAMED = ("pyarrow", "numpy", "numba", "dask", "pyspark", "prefect", "isal", "pycld2", "publicsuffixlist")


@cache
def versions() -> dict[str, str]:
    """Versions of Python, Fieldwork and the packages that can change a number; absent ones are left out."""
    found = {"fieldwork": FIELDWORK, "python": platform.python_version()}
    for name in NAMED:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
