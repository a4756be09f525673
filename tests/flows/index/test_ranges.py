"""Records by byte range: few requests, true offsets, and a part that grows when more is asked for."""

from __future__ import annotations

import hashlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conf.places import place
from conf.settings import load
from flows.landing.parts import write_rows
from flows.sources.common_crawl import Selection, inputs
from flows.sources.ranges import GAP_BYTES, lacks, ranged, stretches, wanted_of
from flows.sources.source import Account, Input, Meter, Reading
from flows.sources.trouble import FetchError
from flows.sources.wet import read
from schemas.web import pages

SPANS = st.lists(st.tuples(st.integers(0, 1 << 22), st.integers(1, 1 << 16)), min_size=1, max_size=60)


@given(SPANS, st.integers(1 << 16, 1 << 20))
def test_every_record_lies_in_one_stretch_and_stretches_keep_their_size(spans, block):
    found = stretches(spans, block)
    assert sorted(r for s in found for r in s.records) == sorted(set(spans))
    for s in found:
        assert all(s.start <= offset and offset + length <= s.stop for offset, length in s.records)
        assert s.stop - s.start <= max(block, *(length for _, length in s.records))
    assert len(found) <= len(set(spans))


def test_neighbours_are_read_together_and_strangers_are_not():
    assert [s.records for s in stretches([(0, 10), (20, 10), (40 + GAP_BYTES, 5)], 1 << 20)] == [
        ((0, 10), (20, 10)),
        ((40 + GAP_BYTES, 5),),
    ]


@pytest.fixture(scope="module")
def wet_file(archive):
    """A sound WET file of the sample, with offset and length of each of its members."""
    settings = load(environ={}, archives={"commoncrawl": str(archive)})
    where = place(str(archive), settings)
    item = inputs("wet")(Selection(crawl=("CC-MAIN-2023-14",)), where, settings)[0]
    offsets = [r["record_offset"] for r in rows_of(whole(where, item, settings)).to_pylist()]
    size = (where / item.key).size()
    return where, item, settings, [*zip(offsets, [b - a for a, b in zip(offsets, [*offsets[1:], size])])]  # noqa: B905


def reading(where, item, settings, part=None):
    nowhere = part or place("/nowhere/part.parquet", settings)
    return Reading(item, where, nowhere, Account(), Meter(), settings)


def whole(where, item, settings):
    return list(ranged(read)(reading(where, item, settings)))


def rows_of(batches):
    return pa.Table.from_batches(batches)


def test_some_records_are_the_same_rows_as_in_the_whole_file(wet_file):
    where, item, settings, spans = wet_file
    chosen = tuple(spans[i] for i in (7, 2, 3))
    given_ = reading(where, Input(item.key, item.partition, chosen), settings)
    got = rows_of(list(ranged(read)(given_)))
    offsets = pa.array(sorted(offset for offset, _ in chosen))
    everything = rows_of(whole(where, item, settings))
    assert got.equals(everything.filter(pa.compute.is_in(everything["record_offset"], offsets)))
    assert given_.account.kept == 3
    assert given_.meter.bytes_read == given_.meter.bytes_expected == sum(length for _, length in chosen)
    data = (where / item.key).read_bytes()
    told = hashlib.sha256(b"".join(data[o : o + n] for o, n in sorted(chosen))).hexdigest()
    assert given_.meter.digest == told


def test_a_damaged_record_is_set_aside_at_its_offset_in_the_file(wet_file, tmp_path):
    where, item, settings, spans = wet_file
    data = bytearray((where / item.key).read_bytes())
    offset, length = spans[5]
    data[offset + length // 2] ^= 0x40
    target = tmp_path / item.key
    target.parent.mkdir(parents=True)
    target.write_bytes(data)
    wanted = Input(item.key, item.partition, (spans[4], spans[5], spans[6]))
    given_ = reading(place(str(tmp_path), settings), wanted, settings)
    got = rows_of(list(ranged(read)(given_)))
    assert got["record_offset"].to_pylist() == [spans[4][0], spans[6][0]]
    assert [(r.offset, r.reason) for r in given_.account.rejects] == [(offset, "corrupt_gzip")]


def test_a_record_beyond_the_end_of_its_file_fails_the_input(wet_file):
    where, item, settings, spans = wet_file
    beyond = (spans[-1][0] + spans[-1][1] - 10, 100)
    with pytest.raises(FetchError, match="ends within the record") as caught:
        list(ranged(read)(reading(where, Input(item.key, item.partition, (beyond,)), settings)))
    assert caught.value.reason == "short_body"


def test_a_part_grows_by_what_is_asked_for(wet_file, tmp_path):
    """First two records, then these and a third: the third alone is fetched, and the part says what it has."""
    where, item, settings, spans = wet_file
    part = place(str(tmp_path / "part.parquet"), settings)

    def land(*wanted):
        want = Input(item.key, item.partition, wanted)
        given_ = reading(where, want, settings, part)
        write_rows(tmp_path / "new", pages, ranged(read)(given_), 1 << 20, given_.notes)
        (tmp_path / "new").replace(part.path)
        return given_, want

    first, want = land(spans[1], spans[2])
    assert not lacks(part, want)
    more = Input(item.key, item.partition, (spans[2], spans[3]))
    assert lacks(part, more)
    second, _ = land(spans[2], spans[3])
    assert second.meter.bytes_read == spans[3][1]
    assert wanted_of(part) == tuple(sorted([spans[1], spans[2], spans[3]]))
    assert sorted(pq.read_table(part.path)["record_offset"].to_pylist()) == [s[0] for s in spans[1:4]]
    assert lacks(part, Input(item.key, item.partition))  # the whole file is more than some records
    assert first.account.kept == 2
    assert second.account.kept == 3


def test_a_part_of_the_whole_file_lacks_nothing(wet_file, tmp_path):
    where, item, settings, spans = wet_file
    given_ = reading(where, item, settings)
    write_rows(tmp_path / "part.parquet", pages, ranged(read)(given_), 1 << 20, given_.notes)
    part = place(str(tmp_path / "part.parquet"), settings)
    assert wanted_of(part) is None
    assert not lacks(part, Input(item.key, item.partition, (spans[0],)))
