"""Our code as one zip for `spark-submit --py-files` (a wheel works on the driver and fails on executors)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

PACKAGES = ("analysis", "conf", "schemas")
"""What a job imports; landing is no job, and job.py is handed to spark-submit itself."""
KINDS = {".py", ".toml", ".conf", ".yaml", ".html", ".css"}
ROOT = Path(__file__).parents[2]


def build(path: str | Path) -> Path:
    """Write the zip, whole or not at all; the same code gives the same bytes.

    Args:
        path: File to write; its folder is made.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with ZipFile(temporary, "w", ZIP_DEFLATED) as archive:
        for file in sorted(_files()):
            # dated by zip's epoch: a date of the disk would change the bytes at every checkout
            info = ZipInfo(file.relative_to(ROOT).as_posix())
            info.compress_type = ZIP_DEFLATED
            archive.writestr(info, file.read_bytes())
    temporary.replace(path)
    return path


def _files() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (f for f in (ROOT / package).rglob("*") if f.suffix in KINDS and f.is_file())


if __name__ == "__main__":
    sys.stdout.write(f"{build(sys.argv[1] if len(sys.argv) > 1 else 'dist/app.zip')}\n")
