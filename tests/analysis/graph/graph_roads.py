"""A road of an engine's own, in a module of its name."""

from __future__ import annotations

from analysis.declare import Finished
from analysis.engines import Job, Progress
from analysis.graph.graph import Prepared
from analysis.graph.tables import vertices


def road(job: Job, options: Prepared, progress: Progress) -> Finished:
    """One vertex, named by what the road was given."""
    progress(1, 1)
    columns = {name: [0] for name in ("vertex_id", "in_degree", "out_degree", "mutual_degree")}
    named = f"{job.dataset.table.name} {options.options.level} {len(job.dataset.parts)}"
    table = vertices({**columns, "vertex_name": [named]}, {"crawl": "X"})
    return Finished(table, {"road": "own"}, lambda: iter([("more.txt", b"more")]))
