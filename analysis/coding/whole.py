"""From predictions of everything and coded texts to shares and means by group and period, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.coding import estimators as est
from analysis.coding.design import Design, Floats, Mask, design
from analysis.coding.errors import CodingError
from analysis.coding.estimators import Estimate, Whole
from schemas import coding as out
from schemas.table import Table

ALL = "all"
CODED_MIN = 2
"""Coded texts of a domain from which an interval can be told."""


@dataclass(frozen=True)
class Scale:
    """How a predictor's scores become the scale of the codes: code = shift + factor × score, then cut at the ends."""

    factor: float = 1.0
    """What a score is multiplied with."""
    shift: float = 0.0
    """What is added."""
    low: float = -np.inf
    """Least code."""
    high: float = np.inf
    """Largest code."""

    def __call__(self, scores: Floats) -> Floats:
        """The scores on the scale of the codes."""
        moved: Floats = np.clip(self.shift + self.factor * scores, self.low, self.high)
        return moved

    @property
    def sentence(self) -> str:
        """The mapping in words."""
        ends = f", cut at {self.low:g} and {self.high:g}" if np.isfinite([self.low, self.high]).any() else ""
        return f"scores were put on the scale of the codes as {self.shift:g} + {self.factor:g} × score{ends}"


@dataclass(frozen=True)
class _Coded:
    """Coded texts as arrays."""

    y: Floats
    f: Floats
    cell: list[tuple[str, str]]
    design: Design

    def domain(self, cell: tuple[str, str]) -> Mask:
        return np.array([one == cell for one in self.cell], bool)


def shares(totals: pa.Table, coded: pa.Table, frame: pa.Table, classes: Sequence[str]) -> pa.Table:
    """Share of each class in each group and period, by five estimators.

    Args:
        totals: Predictions of all texts, added up: `group`, `period`, `predicted`, `items`; see `totals_of`.
        coded: A row a coded text: `group`, `period`, `stratum`, `label`, and `predicted`, which must come from a
            model that did not learn from that text (out of its fold). Rows without a label are left out.
        frame: Rows of `out__coding__frame`.
        classes: All classes, as labels and predictions name them.

    Returns:
        Rows of `out__coding__shares`, sorted by key.

    Raises:
        CodingError: A class is unknown, a stratum has no code, or predictions and frame count other texts.
    """
    known = coded.filter(pc.is_valid(coded["label"]))
    codes = _coded(
        known, frame, _one_hot(known["label"], classes, "label"), _one_hot(known["predicted"], classes, "predicted")
    )  # fmt: skip
    wholes = _class_totals(totals, classes)
    _same_texts(sum(whole.count for whole in wholes.values()), frame)
    made: list[dict[str, Any]] = []
    for cell, whole in sorted(wholes.items()):
        for name, found in _estimates(codes, whole, cell, est.adjusted, (0.0, 1.0), share=True):
            made += [
                {"label_class": one, **_row("share", cell, name, found, k, codes, whole)}
                for k, one in enumerate(classes)
            ]
    return _table(made, out.shares)


def means(totals: pa.Table, coded: pa.Table, frame: pa.Table, scale: Scale) -> pa.Table:
    """Mean score in each group and period, a scorer (VADER) being the predictor and codes the truth.

    Args:
        totals: Scores of all texts, on the scale of the codes (`scale`), added up: `group`, `period`, `items`,
            `total`, `squares`; see `score_totals_of`.
        coded: A row a coded text: `group`, `period`, `stratum`, `code` and `score` (as the scorer gave it; 0 where it
            gave none).
        frame: Rows of `out__coding__frame`.
        scale: How scores become codes.

    Returns:
        Rows of `out__coding__means`, sorted by key.

    Raises:
        CodingError: A stratum has no code, or scores and frame count other texts.
    """
    known = coded.filter(pc.is_valid(coded["code"]))
    y, score = (pc.fill_null(known[n].cast(pa.float64()), 0.0).to_numpy()[:, None] for n in ("code", "score"))
    codes = _coded(known, frame, y, scale(score))
    wholes = {
        (r["group"], r["period"]): Whole(
            r["items"], np.array([r["total"] / r["items"]]), np.array([r["squares"] / r["items"]])
        )
        for r in totals.to_pylist()
        if r["items"]
    }
    _same_texts(sum(whole.count for whole in wholes.values()), frame)
    made = [
        _row("mean_score", cell, name, found, 0, codes, whole)
        for cell, whole in sorted(wholes.items())
        for name, found in _estimates(
            codes, whole, cell, est.calibrated, (scale.low, scale.high), share=False
        )
    ]
    return _table(made, out.means)


def _estimates(
    codes: _Coded,
    whole: Whole,
    cell: tuple[str, str],
    undone: Callable[..., Estimate],
    ends: tuple[float, float],
    *,
    share: bool,
) -> Iterator[tuple[str, Estimate]]:
    y, f, design, domain = codes.y, codes.f, codes.design, codes.domain(cell)
    known = {"counted": est.counted(whole), "adjusted": undone(y, f, whole, design)}
    sampled: dict[str, Estimate] = dict.fromkeys(est.ESTIMATORS[2:], _none(y.shape[1]))
    if domain.any():
        sampled = {
            "ppi": est.prediction_powered(y, f, whole, design, domain, share=share),
            "dsl": est.design_based(y, f, whole, design, domain, share=share),
            "coded_only": est.coded_only(y, design, domain, share=share),
        }
    for name, found in sampled.items():
        sampled[name] = _honest(found, design, domain)
    for name in est.ESTIMATORS:
        found = (known | sampled)[name]
        yield name, found.within(*ends)


def _honest(found: Estimate, design: Design, domain: Mask) -> Estimate:
    """The estimate without an interval where one coded text, or none that differ, cannot tell it."""
    if design.is_census(domain):
        return found if domain.any() else _none(len(found.value))
    untold = (found.low == found.high) | (domain.sum() < CODED_MIN)
    low, high = (np.where(untold, np.nan, end) for end in (found.low, found.high))
    return Estimate(found.value, low, high)


def _none(columns: int) -> Estimate:
    return Estimate(*(np.full(columns, np.nan),) * 3)


def _coded(rows: pa.Table, frame: pa.Table, y: Floats, f: Floats) -> _Coded:
    sizes = dict(zip(frame["stratum"].to_pylist(), frame["stratum_items"].to_pylist(), strict=True))
    cells = list(zip(rows["group"].to_pylist(), rows["period"].to_pylist(), strict=True))
    return _Coded(y, f, cells, design(rows["stratum"].to_pylist(), sizes))


def _one_hot(values: pa.ChunkedArray, classes: Sequence[str], name: str) -> Floats:
    place = pc.index_in(values, pa.array(classes, values.type))
    if place.null_count:
        strange = values.filter(pc.is_null(place))[0].as_py()
        raise CodingError(
            f"{name} has the class '{strange}', and the classes of the codebook are {', '.join(classes)}; predict "
            "with a model that was learnt from texts coded by this codebook"
        )
    hot: Floats = np.eye(len(classes))[place.to_numpy()]
    return hot


def _class_totals(totals: pa.Table, classes: Sequence[str]) -> Mapping[tuple[str, str], Whole]:
    items = _one_hot(totals["predicted"], classes, "predicted") * totals["items"].to_numpy()[:, None]
    sums: dict[tuple[str, str], Floats] = {}
    for group, period, row in zip(
        totals["group"].to_pylist(), totals["period"].to_pylist(), items, strict=True
    ):
        sums[group, period] = sums.get((group, period), np.zeros(len(classes))) + row
    return {
        cell: Whole(int(row.sum()), row / row.sum(), row / row.sum())
        for cell, row in sums.items()
        if row.sum()
    }


def _same_texts(predicted: int, frame: pa.Table) -> None:
    drawn_from = pc.sum(frame["stratum_items"]).as_py() or 0
    if predicted != drawn_from:
        raise CodingError(
            f"{predicted:,} texts are predicted or scored, but the sample was drawn from {drawn_from:,}; both must be "
            "the same texts: take the lake as it was when the sample was drawn, with the same filters, or draw anew"
        )


def _row(
    measure: str, cell: tuple[str, str], name: str, found: Estimate, column: int, codes: _Coded, whole: Whole
) -> dict[str, Any]:
    ends = {"": found.value, "_low": found.low, "_high": found.high}
    values = {f"{measure}{end}": float(part[column]) for end, part in ends.items()}
    return {
        "group": cell[0],
        "period": cell[1],
        "estimator": name,
        **{key: None if np.isnan(value) else value for key, value in values.items()},
        "items_coded": int(codes.domain(cell).sum()),
        "items_all": whole.count,
    }


def _table(rows: list[dict[str, Any]], table: Table) -> pa.Table:
    made = pa.Table.from_pylist(rows, schema=table.schema())
    return made.sort_by([(column.name, "ascending") for column in table.key])
