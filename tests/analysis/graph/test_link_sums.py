"""Edges added up by number: what adding up by name gives, in the same order, of names and of codes in any pieces."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.graph import link_sums as module
from analysis.graph.link_sums import added_up, in_names, trimmed

SCHEMA = pa.schema([("source_host_reversed", pa.string()), ("target_host_reversed", pa.string()),
                    ("crawl", pa.string()), ("kind", pa.string()),
                    ("pages", pa.int64()), ("links", pa.int64())])  # fmt: skip
KEYS = SCHEMA.names[:4]
hosts = st.sampled_from(["com.a", "com.a.www", "de.ß", "org", "org.z", "B"])
numbers = st.integers(0, 2**32 - 1)
edges = st.tuples(
    hosts, hosts, st.sampled_from("yx"), st.sampled_from(["icon", "anchor", "é"]), numbers, numbers
)
rows = st.lists(edges.filter(lambda row: row[0] != row[1]), max_size=12)


def table(found: list[tuple]) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(SCHEMA.names, row, strict=True)) for row in found], SCHEMA)


def by_name(found: pa.Table, keys: list[str]) -> pa.Table:
    """What the sums must be, by Arrow's own."""
    sums = found.group_by(keys, use_threads=False).aggregate([("pages", "sum"), ("links", "sum")])
    named = sums.rename_columns({"pages_sum": "pages", "links_sum": "links"}).sort_by(
        [(key, "ascending") for key in keys]
    )
    return named.select([*keys, "pages", "links"])


def in_codes(part: pa.Table) -> pa.Table:
    """A part as engines have it: codes of its own, weights of 32 bits."""
    for place, field in enumerate(part.schema):
        column = part.column(place)
        text = pa.types.is_string(field.type)
        part = part.set_column(
            place, field.name, column.dictionary_encode() if text else column.cast(pa.uint32())
        )
    return part.combine_chunks()


@pytest.fixture(autouse=True)
def _little_at_once(monkeypatch):
    monkeypatch.setattr(module, "CHUNK_ROWS", 3)


@settings(deadline=None)
@given(
    parts=st.lists(rows, min_size=1, max_size=4), groups=st.sampled_from([[], ["crawl"], ["kind"], KEYS[2:]])
)
def test_numbers_add_up_what_names_do(parts, groups):
    keys = KEYS[:2] + groups
    chosen = [*keys, "pages", "links"]
    tables = [table(part).select(chosen) for part in parts]
    wanted = by_name(pa.concat_tables(tables), keys)
    for whole in (pa.concat_tables(tables), pa.concat_tables(map(in_codes, tables))):
        sums = added_up(whole)
        assert in_names(sums, wanted.schema).equals(wanted)
        assert in_names(trimmed(sums), wanted.schema).equals(wanted)


@settings(deadline=None)
@given(parts=st.lists(rows, min_size=2, max_size=5))
def test_sums_of_sums_are_the_sums_of_all(parts):
    """What workers do some at a time, each with names of its own."""
    tables = [table(part) for part in parts]
    wanted = by_name(pa.concat_tables(tables), KEYS)
    first = added_up(pa.concat_tables(map(in_codes, tables[:2])))
    pieces = [trimmed(first.slice(start, 2)) for start in range(0, first.num_rows, 2)]
    others = [added_up(in_codes(other)) for other in tables[2:]]
    assert in_names(added_up(pa.concat_tables([first.slice(0, 0), *pieces, *others])), SCHEMA).equals(wanted)


def test_names_that_rows_do_not_have_stay_behind():
    sums = added_up(
        table([("a", "b", "x", "icon", 1, 1), ("b", "c", "y", "icon", 1, 1), ("d", "a", "x", "icon", 1, 1)])
    )
    kept = trimmed(sums.slice(1, 1))
    names = [kept.column(place).chunk(0).dictionary.to_pylist() for place in range(4)]
    assert names == [["b"], ["c"], ["y"], ["icon"]]


def test_more_targets_and_groups_than_32_bits_number(monkeypatch):
    """As of hundreds of millions of hosts in several crawls."""
    found = table(
        [("a", "b", "x", "icon", 1, 2), ("a", "b", "y", "icon", 4, 8), ("a", "b", "x", "icon", 16, 32)]
    )
    wide, given_slots = module.added, []

    def noted(chunks, size, weights, slots):
        given_slots.append(slots)
        made = wide(chunks, size, weights, 2**31)
        assert made[1].dtype == np.int64
        return made

    monkeypatch.setattr(module, "added", noted)
    assert in_names(added_up(found), SCHEMA).equals(by_name(found, KEYS))
    assert given_slots == [2 * (1 + 2 * 1)]
