"""Landing many inputs: those already done are skipped, the others go through a pool of processes."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    as_completed,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analysis.coverage import ledger
from conf.places import place
from conf.settings import Settings
from flows.landing.land import failed, land
from flows.landing.parts import beside, part_path
from flows.sources import find
from flows.sources.source import Input
from schemas import ops

Row = dict[str, Any]
Progress = Callable[[Row], None]
LOOKS_AT_ONCE = 16


def pending(name: str, items: Sequence[Input], settings: Settings) -> list[Input]:
    """Inputs that are not done: part or ledger row is not in the lake, or the part lacks what is wanted now."""
    source = find(name)
    table = source.table
    lake = place(settings.lake, settings)
    folders = (table.path, ops.ledger.folder({"table_name": table.name}))
    there = {f"{folder}/{file}" for folder in folders for file in (lake / folder).files(".parquet")}

    def to_do(item: Input) -> bool:
        path = part_path(table, item)
        if path not in there or beside(ops.ledger, table, item) not in there:
            return True
        return source.lacks is not None and source.lacks(lake / path, item)

    with ThreadPoolExecutor(LOOKS_AT_ONCE) as pool:
        return [item for item, wanted in zip(items, pool.map(to_do, items), strict=True) if wanted]


def land_all(
    name: str, items: Sequence[Input], settings: Settings, progress: Progress = lambda row: None
) -> list[Row]:
    """Land every pending input; `progress` is called with each ledger row as it is done."""
    rows = []
    for row in _landed(name, pending(name, items, settings), settings):
        progress(row)
        rows.append(row)
    return rows


def ledger_of(name: str, items: Sequence[Input], settings: Settings) -> pa.Table:
    """Ledger rows of some inputs, those of other runs left out."""
    table = find(name).table
    rows = ledger(place(settings.lake, settings), table)
    wanted = pa.array(sorted({part_path(table, i) for i in items}), pa.string())
    return rows.filter(pc.is_in(rows["part"], wanted))


def _landed(name: str, items: list[Input], settings: Settings) -> Iterator[Row]:
    if settings.ingest.processes == 1 or len(items) <= 1:
        yield from (land(name, item, settings) for item in items)
        return
    if find(name).threads:
        yield from _in_threads(name, items, settings)
        return
    suspects: list[Input] = []
    yield from _in_pool(name, items, settings, settings.ingest.processes, suspects)
    # A process that dies (out of memory, killed) takes its pool along. Who did it is found by going one by one.
    for item in suspects:
        again: list[Input] = []
        yield from _in_pool(name, [item], settings, 1, again)
        if again:
            yield failed(
                name, item, "the process that read it died, twice; is there enough memory?", settings
            )


def _in_threads(name: str, items: list[Input], settings: Settings) -> Iterator[Row]:
    """Rows as they are done; on leaving early, those that are being landed are waited for."""
    pool = ThreadPoolExecutor(settings.ingest.processes, "landing")
    try:
        for future in as_completed([pool.submit(land, name, item, settings) for item in items]):
            yield future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _in_pool(
    name: str, items: list[Input], settings: Settings, processes: int, suspects: list[Input]
) -> Iterator[Row]:
    """Rows as they are done; inputs whose pool broke are added to `suspects`."""
    queue = iter(items)
    running: dict[Future[Row], Input] = {}
    pool = ProcessPoolExecutor(min(processes, len(items)), get_context("spawn"))
    try:
        while True:
            with _interrupts_held():
                for item in islice(queue, 2 * processes - len(running)):
                    running[pool.submit(land, name, item, settings)] = item
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                yield future.result()
                del running[future]
    except BrokenProcessPool:
        suspects += [*running.values(), *queue]
    finally:
        for process in list((pool._processes or {}).values()) if running else []:
            process.terminate()  # only when leaving early: what they were at is begun anew next time
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Processes begun meanwhile inherit the mask: Ctrl-C is for the parent alone, which gets it at the end."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
