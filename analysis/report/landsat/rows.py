"""Which rows of a panel of areas are drawn: the latest period, the most notable areas, shares lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

AREAS_OF_LOSS = 20
Mark = dict[str, Any]


@dataclass(frozen=True)
class Latest:
    """Means in the latest period of which most areas have one."""

    period: str
    """The period; empty where no area ever has a mean."""
    values: dict[str, float]
    """Mean of each area that has one; of several sensors weighted by their pixels."""
    several: bool
    """Whether an area has several sensors in it."""


@dataclass(frozen=True)
class Series:
    """What a panel shows of one area."""

    area_id: str
    """Its id."""
    marks: tuple[Mark, ...]
    """A mark for each sensor and period of the whole table, in order; without value where there is none."""


@dataclass(frozen=True)
class Lost:
    """Shares usable and lost, averaged over areas and passes."""

    share: dict[str, float]
    """Of all, by cause."""
    by_year: list[Mark]
    """`of` (the year), `cause`, `share`."""
    by_area: list[Mark]
    """The same by area, the least usable first."""
    areas: list[str]
    """The areas shown."""
    areas_all: int
    """How many there are."""


def ids(rows: pa.Table) -> list[str]:
    """Ids of the areas, in the order of the table."""
    found: list[str] = pc.unique(rows["area_id"]).to_pylist()
    return found


def latest(rows: pa.Table) -> Latest:
    """The latest period in which at least half of the areas that ever have a mean have one."""
    there = rows.filter(pc.is_valid(rows["mean"])).select(["area_id", "period", "mean", "pixels"])
    if not there.num_rows:
        return Latest("", {}, False)
    enough = len(ids(there)) / 2
    counts = (
        there.group_by("period")
        .aggregate([("area_id", "count_distinct")])
        .sort_by([("period", "descending")])
    )
    told = zip(counts["period"].to_pylist(), counts["area_id_count_distinct"].to_pylist(), strict=True)
    every = list(told)
    period = next((p for p, n in every if n >= enough), max(every, key=lambda pair: pair[1])[0])
    weight: dict[str, float] = {}
    total: dict[str, float] = {}
    kept = there.filter(pc.equal(there["period"], period)).to_pylist()
    for row in kept:
        weight[row["area_id"]] = weight.get(row["area_id"], 0.0) + row["pixels"]
        total[row["area_id"]] = total.get(row["area_id"], 0.0) + row["pixels"] * row["mean"]
    return Latest(period, {a: total[a] / w for a, w in weight.items() if w}, len(kept) > len(weight))


def notable(rows: pa.Table, most: int) -> tuple[list[str], str]:
    """The areas a reader should see first, and why these; ties go to the order of the table.

    By how far the latest year's mean anomaly is from nought; where there are no anomalies, by the spread of the means.
    """
    there = rows.filter(pc.is_valid(rows["anomaly"]))
    order = ids(rows)
    if there.num_rows:
        years = pc.utf8_slice_codeunits(there["period"], 0, 4)
        year = pc.max(years).as_py()
        told = there.filter(pc.equal(years, year)).group_by("area_id").aggregate([("anomaly", "mean")])
        far = dict(zip(told["area_id"].to_pylist(), map(abs, told["anomaly_mean"].to_pylist()), strict=True))
        why = f"those furthest from what is usual there in {year}"
    else:
        told = rows.group_by("area_id").aggregate([("mean", "stddev")])
        spread = (v or 0.0 for v in told["mean_stddev"].to_pylist())
        far = dict(zip(told["area_id"].to_pylist(), spread, strict=True))
        why = "those whose means vary most"
    ranked = sorted(order, key=lambda name: -far.get(name, -1.0))
    return ranked[:most], why


def points(rows: pa.Table, area_id: str, measure: str) -> Series:
    """Marks of an area: a value for each of its sensors in each of the table's periods, or none."""
    ends = ["mean_low", "mean_high"] if measure == "mean" else []
    names = ["period", "sensor", measure, *ends, "clear_share", "passes"]
    own = rows.filter(pc.equal(rows["area_id"], area_id)).select(names).to_pylist()
    found = {(r["sensor"], r["period"]): r for r in own}
    periods = sorted(pc.unique(rows["period"]).to_pylist())
    marks = []
    for sensor in sorted({r["sensor"] for r in own}):
        for period in _within(periods, [r["period"] for r in own if r["sensor"] == sensor]):
            row = found.get((sensor, period))
            if row is None and period not in (periods[0], periods[-1]):
                continue  # nobody looked: only a look without enough to see is a gap
            row = row or {}
            mark = {"sensor": sensor, "period": period, "value": row.get(measure)}
            mark |= {"clear_share": row.get("clear_share"), "passes": row.get("passes")}
            marks.append(mark | ({"low": row.get(ends[0]), "high": row.get(ends[1])} if ends else {}))
    return Series(area_id, tuple(marks))


def _within(periods: list[str], own: list[str]) -> list[str]:
    """The table's first and last period, so that all panels span the same time, and those of its own between."""
    return sorted({periods[0], periods[-1], *own})


def lost(rows: pa.Table) -> Lost:
    """Shares by cause, averaged over areas and passes: all, by year and by area."""
    causes = ["clear_share", *(n for n in rows.column_names if n.startswith("lost_"))]
    passes = rows["passes"].cast(pa.float64())
    table = pa.table(
        {
            "year": pc.utf8_slice_codeunits(rows["period"], 0, 4),
            "area": rows["area_id"],
            "passes": passes,
            **{c: pc.multiply(rows[c], passes) for c in causes},
        }
    )
    total = pc.sum(passes).as_py() or 1.0
    share = {c: (pc.sum(table[c]).as_py() or 0.0) / total for c in causes}
    by_year = sorted(_shares(table, "year", causes), key=lambda m: str(m["of"]))
    by_area = _shares(table, "area", causes)
    usable = {m["of"]: m["share"] for m in by_area if m["cause"] == "clear_share"}
    worst = sorted(usable, key=lambda name: (usable[name], name))[:AREAS_OF_LOSS]
    place = {name: number for number, name in enumerate(worst)}
    kept = sorted((m for m in by_area if m["of"] in place), key=lambda m: place[m["of"]])
    return Lost(share, by_year, kept, worst, len(usable))


def _shares(table: pa.Table, by: str, causes: list[str]) -> list[Mark]:
    sums = table.group_by(by).aggregate([(n, "sum") for n in ("passes", *causes)])
    return [
        {"of": row[by], "cause": cause, "share": row[f"{cause}_sum"] / row["passes_sum"]}
        for row in sums.to_pylist()
        if row["passes_sum"]
        for cause in causes
        if row[f"{cause}_sum"]
    ]
