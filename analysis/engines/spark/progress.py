"""How far Spark is: tasks of the stages under way, asked for twice a second while a job runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

from analysis.engines import Progress, silent

if TYPE_CHECKING:
    from pyspark import SparkContext

INTERVAL_S = 0.5


@contextmanager
def watched(context: SparkContext, progress: Progress) -> Iterator[None]:
    """Tell the progress of what Spark does meanwhile."""
    if progress is silent:
        yield
        return
    over = Event()
    thread = Thread(target=_watch, args=(context, progress, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _watch(context: SparkContext, progress: Progress, over: Event) -> None:
    tracker = context.statusTracker()
    while not over.wait(INTERVAL_S):
        stages = [tracker.getStageInfo(number) for number in tracker.getActiveStageIds()]
        done = sum(stage.numCompletedTasks for stage in stages if stage)
        total = sum(stage.numTasks for stage in stages if stage)
        if total:
            progress(done, total)
