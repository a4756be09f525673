"""Run an analysis of the catalogue on an engine: the one way in, from a notebook, a flow, a job or the shell."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from analysis import catalogue, engines
from analysis.coverage import coverage, ledger
from analysis.declare import Analysis, Finished, Road
from analysis.elsewhere import files_read
from analysis.engines import Job, Progress, silent
from analysis.lake import Dataset, dataset
from analysis.result import Result, inputs_of
from conf.places import place
from conf.settings import Settings, load
from conf.typed import build
from conf.versions import code, versions

LAPTOP = "dask"
"""Engine that finishes where it was called."""


def run(
    name: str,
    lake: str | None = None,
    *,
    engine: str = "dask",
    where: Mapping[str, Sequence[str]] | None = None,
    settings: Settings | None = None,
    progress: Progress = silent,
    **options: Any,
) -> Result:
    """Run an analysis and get its table with a manifest.

    Args:
        name: Name in the catalogue, e.g. `words`.
        lake: Root of the lake, a folder or s3://…; the settings' where None.
        engine: `dask`, `spark` or `spark-rdd`; the answer is the same.
        where: Partitions to read, e.g. `{"crawl": ["CC-MAIN-2024-22"]}`; all where None.
        settings: Settings; those of the profile and the environment where None.
        progress: Told how many parts are done, of how many.
        options: Options of the analysis; see its dataclass, or `fieldwork NAME --help`.

    Raises:
        LookupError: Unknown analysis, or nothing in the lake fits.
        OptionError: An option that is unknown or does not fit.
        EngineError: The engine is unknown or cannot start here.
        PlaceError: The lake cannot be reached.
    """
    settings = settings or load()
    analysis = catalogue.find(name)
    chosen = build(analysis.options, options, f"the analysis {name}")
    root = place(lake or settings.lake, settings)
    if address := analysis.elsewhere(chosen):
        if any((where or {}).values()):
            names = ", ".join(n for n, values in (where or {}).items() if values)
            raise LookupError(
                f"{names} chooses parts of the lake, but {address} is read in its place; leave one out"
            )
        data = Dataset(place(address, settings), analysis.reads, ())
    else:
        where = analysis.chosen(chosen, where)
        data = dataset(root, analysis.reads, where)
    data = replace(data, settings=settings)
    return run_on(analysis, chosen, data, engine, where or {}, progress)


def run_on(
    analysis: Analysis[Any],
    options: Any,
    data: Dataset,
    engine_name: str,
    where: Mapping[str, Sequence[str]],
    progress: Progress = silent,
) -> Result:
    """Run a declared analysis, of the catalogue or one's own, on a dataset."""
    started, clock, asked = datetime.now(UTC), time.perf_counter(), options
    if analysis.prepare:
        options = analysis.prepare(options, data)
    finished = _computed(analysis, options, data, engine_name, progress)
    table = finished.table
    analysis.writes.check(table)
    if analysis.elsewhere(asked):
        rows = files_read(data.root, analysis.reads)
    else:
        rows = ledger(data.root, analysis.reads, {**where, **data.apart})
    cover = coverage(rows).as_dict() | {"partitions": _partitions(data)}
    if analysis.rests_on and (saved := analysis.rests_on(options)):
        cover = dict(saved["coverage"])
    inputs = inputs_of(rows)
    manifest = {
        "analysis": analysis.name,
        "asked": asdict(asked),
        "lake": data.root.url,
        "engine": engine_name,
        "reads": analysis.reads.name,
        "writes": analysis.writes.name,
        "groups": list(analysis.groups(options)),
        "rows": table.num_rows,
        "coverage": cover,
        "inputs": inputs.summary,
        "facts": {**analysis.facts(options), **finished.facts},
        "methods": analysis.methods(options),
        "versions": versions(),
        "code": code(),
        "started_at": started.isoformat(timespec="seconds"),
        "duration_s": round(time.perf_counter() - clock, 3),
        "partition_filter": {k: list(v) for k, v in {**data.apart, **where}.items() if v},
        "seed": getattr(asked, "seed", None),
    }
    return Result(analysis, asked, table, json.loads(json.dumps(manifest)), inputs.rows, finished.files)


def _computed(
    analysis: Analysis[Any], options: Any, data: Dataset, engine_name: str, progress: Progress
) -> Finished:
    """The result by the engine's road: its own where it has one, else partial results are combined and finished.

    Raises:
        EngineError: The engine is unknown, or has no road for this analysis.
    """
    work, run_job = job(analysis, options, data), engines.engine(engine_name)
    if engine_name in analysis.own:
        own: Road = engines.found(analysis.own[engine_name])
        return own(work, options, progress)
    if analysis.own and engine_name != LAPTOP:
        able = ", ".join(dict.fromkeys((LAPTOP, *analysis.own)))
        raise engines.EngineError(
            f"'{engine_name}' has no road for the analysis {analysis.name}; choose from {able}"
        )
    # without parts (a saved result is read) there is nothing to start an engine for
    partials = run_job(work, progress) if data.parts else work.partial.empty_table()
    made = analysis.finish(partials, options)
    finished = made if isinstance(made, Finished) else Finished(made)
    facts = {**finished.facts, **analysis.notes(partials, options)}
    if analysis.files:
        return replace(finished, facts=facts, files=partial(analysis.files, finished.table, options))
    return replace(finished, facts=facts)


def job(analysis: Analysis[Any], options: Any, data: Dataset) -> Job:
    """What the engine is handed for this analysis."""
    return Job(
        dataset=replace(data, settings=None),  # engines send it to other machines; settings may hold keys
        columns=analysis.columns(options),
        kernel=partial(analysis.kernel, options=options),  # type: ignore[call-arg]
        partial=analysis.partial(options),
        combine=analysis.combine,
        together=analysis.together,
        thin=partial(analysis.thin, options=options) if analysis.thin else None,  # type: ignore[call-arg]
    )


def _partitions(data: Dataset) -> dict[str, list[str]]:
    names = [c.name for c in data.table.partitions]
    return {n: sorted({p.partition[n] for p in data.parts if n in p.partition}) for n in names}
