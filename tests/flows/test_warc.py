"""Records of archive files: every fault noticed, each costing the one record it hit."""

from __future__ import annotations

import gzip
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conf.settings import load
from flows.sources.source import Account
from flows.sources.warc import records

LIMITS = load(environ={}).ingest


def record(body: bytes, *, length: int | None = None, kind: bytes = b"conversion") -> bytes:
    stated = len(body) if length is None else length
    head = b"WARC/1.0\r\nWARC-Type: %s\r\nContent-Length: %d\r\n\r\n" % (kind, stated)
    return head + body + b"\r\n\r\n"


def blocks(content: bytes, size: int = 1000):
    return (content[i : i + size] for i in range(0, len(content), size))


def read(content: bytes, size: int = 1000, limits=LIMITS):
    account = Account()
    found = list(records(blocks(content, size), account, limits))
    assert account.seen == len(found) + len(account.rejects)
    return found, account


def reasons(account):
    return [r.reason for r in account.rejects]


bodies = st.lists(st.binary(max_size=300), min_size=1, max_size=8)


@given(bodies, st.integers(1, 700), st.booleans())
@settings(deadline=None)
def test_records_come_back_whole_with_their_offsets(bodies, block, packed):
    pieces = [gzip.compress(record(b)) if packed else record(b) for b in bodies]
    found, account = read(b"".join(pieces), block)
    assert [r.block for r in found] == bodies
    assert not account.rejects
    offset = 0
    for r, piece in zip(found, pieces, strict=True):
        assert r.offset == offset
        offset += len(piece)


@given(bodies, st.integers(1, 700))
@settings(deadline=None)
def test_a_file_packed_as_one_member_is_read_too(bodies, block):
    found, account = read(gzip.compress(b"".join(record(b) for b in bodies)), block)
    assert [r.block for r in found] == bodies
    assert len({r.offset for r in found}) == len(bodies)
    assert not account.rejects


@given(bodies, st.data(), st.integers(1, 700))
@settings(deadline=None)
def test_a_cut_is_always_noticed_and_costs_one_record(bodies, data, block):
    pieces = [gzip.compress(record(b)) for b in bodies]
    ends = [sum(map(len, pieces[: i + 1])) for i in range(len(pieces))]
    cut = data.draw(st.integers(1, ends[-1] - 1))
    found, account = read(b"".join(pieces)[:cut], block)
    whole = sum(end <= cut for end in ends)
    assert [r.block for r in found] == bodies[:whole]
    assert reasons(account) == ([] if cut in ends else ["truncated"])


@given(bodies, st.data())
@settings(deadline=None)
def test_a_flipped_bit_costs_at_most_its_record(bodies, data):
    content = bytearray(b"".join(gzip.compress(record(b), mtime=0) for b in bodies))
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    found, account = read(bytes(content))
    good = [r.block for r in found]
    assert len(good) >= len(bodies) - 1
    if len(good) < len(bodies):  # a bit of a gzip header's own fields (time, system) may flip without harm
        assert reasons(account)[0] in ("corrupt_gzip", "truncated")
        it = iter(bodies)
        assert all(any(b == g for b in it) for g in good)  # what is left is in order, unchanged


@pytest.mark.parametrize("wrong", [-3, 3, 10_000])
def test_a_wrong_length_costs_its_record(wrong):
    content = b"".join(
        gzip.compress(record(b, length=n)) for b, n in [(b"a" * 50, 50), (b"b" * 50, 50 + wrong)]
    )
    content += gzip.compress(record(b"c"))
    found, account = read(content)
    assert [r.block for r in found] == [b"a" * 50, b"c"]
    assert reasons(account)[0] == "bad_length"
    assert account.rejects[0].head.startswith(b"WARC/1.0")


@pytest.mark.parametrize("wrong", [-3, 3, 10_000])
def test_a_wrong_length_can_be_repaired_and_is_counted(wrong):
    limits = LIMITS.model_copy(update={"wrong_lengths": "repair"})
    for pack in (gzip.compress, bytes):
        content = pack(record(b"a")) + pack(record(b"b" * 50, length=50 + wrong)) + pack(record(b"c"))
        found, account = read(content, limits=limits)
        assert [r.block for r in found] == [b"a", b"b" * 50, b"c"]
        assert account.repaired == 1


def test_a_record_over_the_cap_is_passed_over_without_being_held():
    limits = LIMITS.model_copy(update={"record_cap_bytes": 1000})
    noise = random.Random(0).randbytes(300_000)
    for pack in (gzip.compress, bytes):
        found, account = read(pack(record(b"a")) + pack(record(noise)) + pack(record(b"c")), limits=limits)
        assert [r.block for r in found] == [b"a", b"c"]
        assert reasons(account) == ["over_cap"]


def test_a_bomb_is_given_up_and_the_rest_is_read():
    bomb = gzip.compress(record(b"\0" * 30_000_000))
    found, account = read(gzip.compress(record(b"a")) + bomb + gzip.compress(record(b"c")))
    assert [r.block for r in found] == [b"a", b"c"]
    assert reasons(account) == ["over_ratio"]


def test_no_more_than_a_cap_is_unpacked_of_a_bomb(monkeypatch):
    from flows.sources import members

    pulled = []
    true = members.Member.pull
    monkeypatch.setattr(members.Member, "pull", lambda self: pulled.append(true(self)) or pulled[-1])
    read(gzip.compress(record(b"\0" * 300_000_000)))
    assert sum(map(len, pulled)) < 40_000_000


def test_padding_and_garbage_between_members():
    one, two = gzip.compress(record(b"a")), gzip.compress(record(b"b"))
    found, account = read(one + b"\0" * 5000 + two)
    assert ([r.block for r in found], reasons(account)) == ([b"a", b"b"], [])
    found, account = read(one + b"garbage" + two)
    assert ([r.block for r in found], reasons(account)) == ([b"a", b"b"], ["corrupt_gzip"])
    assert account.rejects[0].head.startswith(b"garbage")


def test_headers_with_bare_line_feeds_are_read():
    content = b"WARC/1.0\nWARC-Type: conversion\nContent-Length: 2\n\nhi\n\n" * 2
    found, account = read(content)
    assert ([r.block for r in found], reasons(account)) == ([b"hi", b"hi"], [])


def test_what_is_no_warc_is_named():
    found, account = read(gzip.compress(b"<html>"))
    assert (found, reasons(account)) == ([], ["bad_header"])


def test_ends_of_a_real_file(data):
    """500 random cuts of a real archive, each noticed; whole members before the cut all read."""
    content = data("web/resiliparse/warcfile.warc.gz").read_bytes()
    starts = [r.offset for r in read(content, 1 << 16)[0]]
    assert len(starts) == 50
    chance = random.Random(0)
    for cut in (chance.randrange(1, len(content)) for _ in range(500)):
        found, account = read(content[:cut], 1 << 16)
        assert reasons(account) == ([] if cut in starts else ["truncated"])
        assert [r.offset for r in found] == [
            s for s, e in zip(starts, [*starts[1:], len(content)], strict=True) if e <= cut
        ]


def test_the_same_records_as_the_peers_see(data):
    from warcio.archiveiterator import ArchiveIterator

    path = data("web/resiliparse/warcfile.warc.gz")
    found, _ = read(path.read_bytes(), 1 << 16)
    with path.open("rb") as handle:
        iterator = ArchiveIterator(handle, no_record_parse=True)
        theirs = [(r.raw_stream.read(), iterator.get_record_offset()) for r in iterator]
    assert [(r.block, r.offset) for r in found] == theirs


@pytest.mark.parametrize(
    ("name", "seen", "reason"),
    [
        ("web/resiliparse/clipped.warc.gz", 1, ["truncated"]),
        ("web/warcio/example-trunc.warc", 4, ["bad_length"]),
        ("web/warcio/example-wrong-chunks.warc.gz", 4, ["bad_length", "bad_header", "bad_header"]),
        ("web/warcio/example.warc.gz", 6, []),
    ],
)
def test_damaged_files_of_others_are_named(data, name, seen, reason):
    found, account = read(data(name).read_bytes())
    assert (account.seen, reasons(account)) == (seen, reason)
    assert len(found) == seen - len(reason)
