"""Two graphs of the same kind of vertices side by side: who came, went, rose and fell.

Two crawls, or two samples of them, differ in size; PageRank sums to 1 in each, and a vertex more has everyone's rank
lower. So vertices in both graphs are compared among themselves alone: by percentile, and by the share each has of their
sum. Both are free of the number of vertices, and of who came or went.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

DECIMALS = 9
"""Values equal to so many decimals of their mean share a place: iterations tell no smaller differences apart."""
Floats = NDArray[np.float64]


def compare(before: pa.Table, after: pa.Table) -> pa.Table:
    """Vertices of either graph with both their sides, in the order of their change.

    Args:
        before: vertex_name (each once), value (a number), and any other columns.
        after: The same of the later graph.

    Returns:
        vertex_name, presence, percentile_change, log2_ratio, and each other column with `_before` and `_after`, with
        rank and percentile among them; risers first, fallers last, then those that came and those that went, by value.
    """
    sides = [side.append_column("rank", places(side["value"])) for side in (before, after)]
    joined = sides[0].join(
        sides[1], "vertex_name", join_type="full outer", left_suffix="_before", right_suffix="_after"
    )
    joined = joined.sort_by("vertex_name")  # a join has no order, and sums of floats depend on theirs
    there = [pc.is_valid(joined[f"rank_{side}"]) for side in ("before", "after")]
    stayed = joined.filter(pc.and_(*there))
    alone = joined.filter(pc.xor(*there))
    came = pc.is_valid(alone["rank_after"])
    alone = alone.append_column("presence", pc.if_else(came, "came", "went"))
    stayed = stayed.append_column("presence", pa.repeat(pa.scalar("stayed"), stayed.num_rows))
    whole = pa.concat_tables([_moved(stayed), alone], promote_options="default")
    order = [("percentile_change", "descending"), ("presence", "ascending"), ("value_after", "descending"),
             ("value_before", "descending"), ("vertex_name", "ascending")]  # fmt: skip
    return whole.take(pc.sort_indices(whole, order))


def places(values: pa.ChunkedArray) -> pa.Array:
    """Place of each value from 1, the highest first, equal ones alike; int64, shape (vertices,)."""
    return pc.rank(_told_apart(values), "descending", tiebreaker="min").cast(pa.int64())


def twice_below(values: pa.ChunkedArray) -> NDArray[np.int64]:
    """Values below each and half of those equal to it, itself included, times two (a whole number); shape (vertices,).

    So many in 2 × vertices is its percentile by mid-ranks.
    """
    told = _told_apart(values)
    ends = [
        pc.rank(told, "ascending", tiebreaker=ties).to_numpy().astype(np.int64) for ties in ("min", "max")
    ]
    found: NDArray[np.int64] = ends[0] + ends[1] - 1
    return found


def _told_apart(values: pa.ChunkedArray) -> pa.Array:
    """The values, those of floats that differ by rounding alone made equal."""
    if not pa.types.is_floating(values.type):
        return values.combine_chunks()
    numbers = values.to_numpy()
    mean = numbers.mean() if len(numbers) else 0.0
    return pa.array(np.round(numbers / mean, DECIMALS) if mean else numbers)


def _moved(stayed: pa.Table) -> pa.Table:
    """Vertices of both graphs with their percentiles, the change of these, and the ratio of their shares."""
    at = {side: twice_below(stayed[f"value_{side}"]) for side in ("before", "after")}
    each = 50 / max(1, stayed.num_rows)
    shares = [_log2_share(stayed[f"value_{side}"]) for side in ("before", "after")]
    made = {f"percentile_{side}": pa.array(below * each) for side, below in at.items()}
    made["percentile_change"] = pa.array(
        (at["after"] - at["before"]) * each
    )  # from whole numbers: ties are ties
    made["log2_ratio"] = pa.array(shares[1] - shares[0], from_pandas=True)
    for name, column in made.items():
        stayed = stayed.append_column(name, column)
    return stayed


def _log2_share(values: pa.ChunkedArray) -> Floats:
    """Base-2 logarithm of the share each has of their sum; NaN where it has none."""
    numbers = values.to_numpy().astype(np.float64)
    found = np.full(len(numbers), np.nan)
    np.log2(numbers / max(numbers.sum(), np.finfo(float).tiny), out=found, where=numbers > 0)
    return found
