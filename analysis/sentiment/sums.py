"""Combined partial sums as arrays: what an outlet has of a story in a period, in either reading of copies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.kernels.sentiment.articles import DAY_US, SQUARE_UNIT, SUMS, UNIT, By
from analysis.kernels.sentiment.articles import periods as number
from analysis.kernels.sentiment.bootstrap import Cells
from analysis.kernels.sentiment.effects import Floats, Integers, Panel

EVERY_COPY, ONE_PER_STORY = "every_copy", "one_per_story"


@dataclass(frozen=True)
class Sums:
    """Cells of period, outlet and story, sorted by these, and what was left out."""

    outlets: tuple[str, ...]
    """Names of the outlets, sorted."""
    periods: Integers
    """Numbers of the periods, ascending; see `kernels.sentiment.articles.periods`."""
    period: Integers
    """Of each cell: place in `periods`."""
    outlet: Integers
    """Of each cell: place in `outlets`."""
    story: Integers
    """Of each cell: number of the story, 0 to stories - 1."""
    amounts: dict[str, Integers]
    """Of each cell: the sums of `articles.SUMS`."""
    left_out: dict[str, int]
    """Articles that do not count, by cause."""

    @cached_property
    def pair(self) -> Integers:
        """Of each cell: number of its pair of period and outlet, ascending."""
        return np.cumsum(self._first) - 1

    @cached_property
    def _first(self) -> NDArray[np.bool_]:
        first = np.ones(len(self.period), bool)
        first[1:] = (np.diff(self.period) != 0) | (np.diff(self.outlet) != 0)
        return first

    @property
    def pairs(self) -> tuple[Integers, Integers]:
        """Period and outlet of each pair."""
        return self.period[self._first], self.outlet[self._first]

    @cached_property
    def sizes(self) -> Integers:
        """Articles of each cell's story, over all periods and outlets."""
        return np.bincount(self.story, self.amounts["articles"]).astype(np.int64)[self.story]

    def cells(self, reading: str) -> Cells:
        """Weights and totals in one reading."""
        share = self._share(reading)
        total = self.amounts["total"] * UNIT * share
        return Cells(self.pair, self.story, self.amounts["articles"] * share, total)

    def _share(self, reading: str) -> Floats:
        """What a copy counts, by cell."""
        found: Floats = np.ones(len(self.story)) if reading == EVERY_COPY else 1.0 / self.sizes
        return found

    def panel(self, by: By, articles_min: int) -> Panel:
        """The pairs, and which of them have articles enough."""
        period, outlet = self.pairs
        kept = np.bincount(self.pair, self.amounts["articles"]) >= articles_min
        return Panel(period, outlet, self.periods / (7 if by == "week" else 1), len(self.outlets), kept)

    def squares(self, reading: str) -> Floats:
        """Weighted sums of squares of articles' scores, by cell."""
        found: Floats = self.amounts["squares"] * SQUARE_UNIT * self._share(reading)
        return found


def sums(partials: pa.Table) -> Sums:
    """Combined partial results, in any order, as sorted arrays."""
    left = partials.filter(pc.not_equal(partials["left_out"], ""))
    causes = dict(sorted(zip(left["left_out"].to_pylist(), left["articles"].to_pylist(), strict=True)))
    rows = partials.filter(pc.equal(partials["left_out"], ""))
    rows = rows.sort_by([(name, "ascending") for name in ("period", "outlet", "story")])
    outlets = pc.unique(rows["outlet"]).sort()
    periods, period = np.unique(rows["period"].to_numpy(), return_inverse=True)
    _, story = np.unique(rows["story"].to_numpy(), return_inverse=True)
    outlet = pc.index_in(rows["outlet"], outlets).to_numpy().astype(np.int64)
    amounts = {name: rows[name].to_numpy() for name in SUMS}
    return Sums(tuple(outlets.to_pylist()), periods, period, outlet, story, amounts, causes)


def readings(stories: str) -> tuple[str, ...]:
    """Readings that can be told: both where stories are given."""
    return (EVERY_COPY, ONE_PER_STORY) if stories else (EVERY_COPY,)


def texts(periods: Integers, by: By) -> list[str]:
    """Periods as YYYY-MM-DD (of a week its Monday) or YYYY-MM."""
    days = periods.astype("datetime64[M]" if by == "month" else "datetime64[D]")
    return [str(text) for text in np.datetime_as_string(days)]


def whole(periods: Integers, by: By) -> Integers:
    """All periods from the first to the last, those without articles too."""
    if not len(periods):
        return periods
    return np.arange(periods[0], periods[-1] + 1, 7 if by == "week" else 1)


def gap_days(periods: Integers, by: By, gaps: Mapping[int, bool] | None) -> list[int | None]:
    """Days in each period that are gaps of the archive; None where of no day of it is known whether it is one.

    Args:
        periods: Numbers of periods.
        by: Their length.
        gaps: By day (since 1970): whether it is a gap; None where nothing is known.
    """
    known = dict(gaps or {})
    counts: dict[int, int] = {}
    for period, gap in zip(_periods_of(list(known), by).tolist(), known.values(), strict=True):
        counts[period] = counts.get(period, 0) + gap
    return [counts.get(period) for period in periods.tolist()]


def _periods_of(days: list[int], by: By) -> Integers:
    return number(np.array(days, np.int64) * DAY_US, by)
