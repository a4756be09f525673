"""Run a command and see what it and all its children take, from /proc."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
EVERY_S = 0.1


@dataclass(frozen=True)
class Usage:
    """What a command took."""

    wall_s: float
    """Wall time, in seconds."""
    cpu_by_kind: dict[str, float]
    """Processor time of processes by kind (`python`, `workers` of Spark, `java`), in seconds."""
    peak_bytes: int
    """Most resident memory of all its processes together."""
    peak_process_bytes: int
    """Most resident memory of any one of them."""

    @property
    def cpu_s(self) -> float:
        """Processor time of all, in seconds."""
        return sum(self.cpu_by_kind.values())


def watched(command: Sequence[str], environ: Mapping[str, str], cwd: Path) -> tuple[str, Usage]:
    """Run a command; returns its output and what it took.

    Raises:
        SystemExit: It failed; with the end of what it said.
    """
    cpu: dict[int, tuple[str, float]] = {}
    peak = peak_process = 0
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        began = time.monotonic()
        process = subprocess.Popen(
            command,
            env=os.environ | environ,
            cwd=cwd,
            stdout=output,
            stderr=errors,
        )
        while process.poll() is None:
            memory = [0]
            for pid, kind, seconds, resident in _tree(process.pid):
                cpu[pid] = (kind, seconds)
                memory.append(resident)
            peak, peak_process = max(peak, sum(memory)), max(peak_process, *memory)
            time.sleep(EVERY_S)
        wall = time.monotonic() - began
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            raise SystemExit(f"{command[0]} … failed:\n{errors.read()[-3000:]}{output.read()[-3000:]}")
        by_kind: dict[str, float] = {}
        for kind, seconds in cpu.values():
            by_kind[kind] = by_kind.get(kind, 0.0) + seconds
        return output.read(), Usage(wall, by_kind, peak, peak_process)


def _tree(root: int) -> list[tuple[int, str, float, int]]:
    """Process, kind, processor seconds and resident bytes of a process and all below it."""
    found = []
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            line = Path(f"/proc/{pid}/cmdline").read_text()
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
        except (OSError, ValueError):
            continue  # it ended while we looked
        kind = (
            "java" if "java" in line.split("\0")[0] else "workers" if "pyspark.daemon" in line else "python"
        )
        found.append((pid, kind, (int(fields[11]) + int(fields[12])) / TICK, int(fields[21]) * PAGE))
    return found
