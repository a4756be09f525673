"""A table of the lake as a lazy frame, for work of one's own in a notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from analysis.engines import ENGINES, EngineError
from analysis.lake import dataset
from conf.places import place
from conf.settings import Settings, load
from schemas.tables import TABLES


def frame(
    name: str,
    lake: str | None = None,
    *,
    engine: str = "dask",
    where: Mapping[str, Sequence[str]] | None = None,
    settings: Settings | None = None,
) -> Any:
    """A table of the lake, partitions included, as a Dask or a Spark DataFrame; nothing is read yet.

    Raises:
        LookupError: No such table, or nothing of it in the lake.
        EngineError: An engine without frames.
    """
    settings = settings or load()
    tables = {t.name: t for t in TABLES}
    if name not in tables:
        raise LookupError(f"no table '{name}'; choose from {', '.join(tables)}")
    if engine not in ("dask", "spark"):
        raise EngineError(
            f"'{engine}' has no frames; choose dask or spark"
            if engine in ENGINES
            else f"unknown engine '{engine}'"
        )
    data = dataset(place(lake or settings.lake, settings), tables[name], where)
    home = import_module(ENGINES[engine].split(":")[0])
    return home.frame(data)
