"""Analyses of the lake: `from analysis import run`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.frames import frame
    from analysis.result import Result, open_result
    from analysis.runner import run

__all__ = ["Result", "frame", "open_result", "run"]

_HOME = {
    "frame": "analysis.frames",
    "Result": "analysis.result",
    "open_result": "analysis.result",
    "run": "analysis.runner",
}


def __getattr__(name: str) -> Any:  # so that importing a kernel on a worker brings in nothing else
    if name not in _HOME:
        raise AttributeError(f"module 'analysis' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)
