"""Versions that belong into every ledger row and manifest."""

from __future__ import annotations

import platform
import subprocess
from functools import cache
from importlib import metadata
from pathlib import Path

FIELDWORK = "0.1.0"
NAMED = ("pyarrow", "numpy", "numba", "dask", "pyspark", "prefect", "isal", "pycld2", "publicsuffixlist")


@cache
def code() -> dict[str, str | bool | None]:
    """Commit of the code and whether it was changed since; None where it does not run from a checkout."""
    home = Path(__file__).parent.parent

    def git(*words: str) -> str | None:
        command = ["git", "-C", str(home), *words]
        try:
            told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)
        except (OSError, subprocess.SubprocessError):
            return None
        return told.stdout.strip()

    if not (home / ".git").exists():  # else a checkout that merely surrounds us would answer
        return {"commit": None, "dirty": None}
    commit, changed = git("rev-parse", "HEAD"), git("status", "--porcelain", "--untracked-files=no")
    return {"commit": commit, "dirty": None if changed is None else bool(changed)}


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
