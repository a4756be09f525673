"""What a sentiment analysis needs to know before an engine starts: scorer, copies, gaps of the archive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import pyarrow as pa

from analysis.kernels.sentiment import registry
from analysis.kernels.sentiment.articles import Plan
from analysis.kernels.sentiment.copies import copies
from analysis.kernels.sentiment.gates import Gates, for_scorer
from analysis.kernels.sentiment.scorer import Scorer
from analysis.lake import Dataset
from analysis.sentiment.options import ALL_LANGUAGES, Periods, Scoring
from conf.typed import day
from schemas import fields as f
from schemas import news
from schemas.table import Table

Asked = TypeVar("Asked", bound=Scoring)
EPOCH = day("1970-01-01", "epoch")


@dataclass(frozen=True)
class Prepared(Generic[Asked]):
    """The options, and all that follows from them."""

    options: Asked
    """As asked."""
    plan: Plan
    """What the kernel does."""
    gaps: Mapping[int, bool] | None
    """Days (since 1970) for which it is known whether they are gaps; None where no list of gaps was given."""
    told: Mapping[str, Any]
    """What the manifest says of the results it rests on."""


def prepare(options: Asked, data: Dataset) -> Prepared[Asked]:
    """Read the scorer's lexicon, and the results of `stories` and `gaps` where they are given.

    Raises:
        ValueError: No such scorer, or a result that is none of the analysis meant.
        OSError: A file cannot be read.
    """
    scorer = registry.scorer(options.scorer)
    ofarticles = data.table.name == news.articles.name
    plan = Plan(
        scorer,
        _gates(options, scorer),
        f.outlet.name if ofarticles else f.registered_domain.name,
        whole=options.unit == "article",
        topic=options.topic,
        trusted=options.trusted if ofarticles else None,
        first=_number(options.since, "since"),
        last=_number(options.until, "until"),
    )
    if not isinstance(options, Periods):
        return Prepared(options, plan, None, {})
    told: dict[str, Any] = {}
    found = gaps = None
    if options.stories:
        if not ofarticles:
            raise ValueError(f"stories are of articles, and this reads {data.table.name}; leave stories out")
        rows, told["stories"] = _saved(options.stories, news.stories, "stories", data)
        found = copies(rows)
    if options.gaps:
        rows, told["gaps"] = _saved(options.gaps, news.days, "gaps")
        gaps = {_days(r["day"]): r["gap"] is not None for r in rows.to_pylist()}
    return Prepared(options, replace(plan, by=options.by, copies=found), gaps, told)


def _gates(options: Scoring, scorer: Scorer) -> Gates:
    gates = for_scorer(scorer, typography=options.typography, entities=options.entities)
    if options.languages:
        return replace(
            gates, languages=() if ALL_LANGUAGES in options.languages else tuple(options.languages)
        )
    return gates


def _saved(
    folder: str, table: Table, name: str, data: Dataset | None = None
) -> tuple[pa.Table, dict[str, Any]]:
    """The table of a saved result, and what names it in a manifest; of what it must cover, how much it does not."""
    from analysis.result import open_result

    result = open_result(folder)
    if result.manifest["writes"] != table.name:
        raise ValueError(
            f"{folder} holds a result of {result.manifest['analysis']}; give one of `{name}`: "
            f"fieldwork {name} --out {folder}"
        )
    kept = ("asked", "rows", "inputs", "started_at", "partition_filter")
    told = {"folder": folder} | {k: result.manifest[k] for k in kept}
    covered = set(result.inputs["part"].to_pylist())
    if data is not None and covered:
        missing = [part.path for part in data.parts if part.path not in covered]
        if len(missing) == len(data.parts):
            raise ValueError(
                f"{folder} holds {name} of other articles, none of them read here; find those of these"
            )
        told["parts_it_does_not_cover"] = len(missing)
    return result.table, told


def _days(value: Any) -> int:
    return int((value - EPOCH).days)


def _number(text: str, name: str) -> int | None:
    found = day(text, name)
    return None if found is None else _days(found)
