"""How far coders agree: the table of all coefficients, and the texts they disagree on."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pyarrow as pa

from analysis.coding.alpha import LEVELS, MISSING, Codes, Reliability, alpha, kappa, percent_agreement
from analysis.coding.codebook import Codebook
from schemas import coding as out

DRAWS = 1000


def matrix(codes: pa.Table, book: Codebook) -> tuple[list[str], list[str], Codes]:
    """Items, coders, and the number of each one's label; [items, coders]."""
    items = sorted(set(codes["item_id"].to_pylist()))
    coders = sorted(set(codes["coder"].to_pylist()))
    row, column = ({name: n for n, name in enumerate(names)} for names in (items, coders))
    number = {name: n for n, name in enumerate(book.names)}
    found = np.full((len(items), len(coders)), MISSING, np.int64)
    for one in codes.to_pylist():
        if one["label"] is not None:
            found[row[one["item_id"]], column[one["coder"]]] = number[one["label"]]
    return items, coders, found


def agreement(codes: pa.Table, book: Codebook, draws: int = DRAWS, seed: int = 0) -> pa.Table:
    """Alpha of all coders up to the codebook's level of measurement; agreement and kappa of each pair.

    Args:
        codes: Rows of `out__coding__codes`.
        book: The codebook.
        draws: Draws of the bootstrap behind the intervals.
        seed: Seed of them.

    Returns:
        Rows of `out__coding__agreement`, sorted by key.
    """
    _, coders, found = matrix(codes, book)
    rows = []
    for level in LEVELS[: LEVELS.index(book.level) + 1]:
        rows.append(_row(f"alpha_{level}", "all", alpha(found, level, np.array(book.values), draws, seed)))
    for a, b in combinations(range(len(coders)), 2):
        pair, name = found[:, [a, b]], f"{coders[a]} + {coders[b]}"
        rows.append(_row("agreement", name, percent_agreement(pair, len(book.names), draws, seed)))
        rows.append(_row("kappa", name, kappa(pair, len(book.names), draws, seed)))
    made = pa.Table.from_pylist(rows, schema=out.agreement.schema())
    return made.sort_by([(column.name, "ascending") for column in out.agreement.key])


def _row(coefficient: str, unit: str, found: Reliability) -> dict[str, object]:
    numbers = {"reliability": found.value, "reliability_low": found.low, "reliability_high": found.high}
    told = {name: None if np.isnan(value) else value for name, value in numbers.items()}
    return {"coefficient": coefficient, "unit": unit, **told, "items_compared": found.units}
