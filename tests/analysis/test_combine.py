"""Adding up partial results, all at once and as they come."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.engines import combine as module
from analysis.engines.combine import combine, fold

SCHEMA = pa.schema([("word", pa.string()), ("tf", pa.int64()), ("least", pa.int64())])
MEASURES = {"tf": "sum", "least": "min"}
rows = st.lists(
    st.tuples(st.none() | st.sampled_from("abc"), st.integers(-9, 9), st.integers(-9, 9)), max_size=9
)


def table(found) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(SCHEMA.names, r, strict=True)) for r in found], SCHEMA)


def in_order(found: pa.Table) -> list[str]:
    return sorted(map(repr, found.to_pylist()))


@pytest.fixture(autouse=True)
def _fold_often(monkeypatch):
    monkeypatch.setattr(module, "FOLD_ROWS", 4)


@settings(deadline=None)
@given(parts=st.lists(rows, max_size=9))
def test_as_they_come_is_the_same_as_all_at_once(parts):
    tables = [table(part) for part in parts]
    whole = fold(iter(tables), MEASURES, SCHEMA)
    assert whole.schema == SCHEMA
    assert in_order(whole) == in_order(combine(tables, MEASURES, SCHEMA))
    assert in_order(fold(iter(tables), {}, SCHEMA)) == in_order(
        pa.concat_tables([SCHEMA.empty_table(), *tables])
    )


def test_rows_in_hand_stay_few(monkeypatch):
    """A hundred tables of the same three keys are never held together."""
    seen = []

    def noted(tables, *rest):
        seen.append(sum(t.num_rows for t in tables))
        return combine(tables, *rest)

    monkeypatch.setattr(module, "combine", noted)
    whole = fold((table([(w, 1, n) for w in "abc"]) for n in range(100)), MEASURES, SCHEMA)
    assert in_order(whole) == in_order(table([(w, 100, 0) for w in "abc"]))
    assert max(seen) <= 9


def test_rows_that_cannot_matter_are_left_out_on_the_way():
    first = fold((table([("a", n, n)]) for n in range(50)), {}, SCHEMA, lambda t: t.sort_by("tf").slice(0, 2))
    assert first["tf"].to_pylist() == [0, 1]
