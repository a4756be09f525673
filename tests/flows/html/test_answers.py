"""Answers of web servers as crawlers store them: heads, chunks, codings, and what damage of each becomes."""

from __future__ import annotations

import gzip
import random
import re
import zlib

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.sources.html.answers import parse
from flows.sources.html.codings import dechunked, unpacked
from flows.sources.members import Fault

CAP = 1 << 20


def chunked(body: bytes, size: int) -> bytes:
    pieces = [body[i : i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x;a=b\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def by_arrow(name):
    def pack(body: bytes) -> bytes:
        sink = pa.BufferOutputStream()
        with pa.CompressedOutputStream(sink, name) as stream:
            stream.write(body)
        return sink.getvalue().to_pybytes()

    return pack


PACKERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "DEFLATE": raw_deflate,
    "br": by_arrow("brotli"),
    "zstd": by_arrow("zstd"),
}


def answer(body: bytes, **headers: str):
    lines = "".join(f"{k.replace('_', '-')}: {v}\r\n" for k, v in headers.items())
    return parse(f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode() + body)


@given(st.binary(max_size=3000), st.sampled_from(sorted(PACKERS)), st.integers(1, 700), st.booleans())
@settings(deadline=None)
def test_codings_are_undone(body, coding, size, in_chunks):
    packed = PACKERS[coding](body)
    if in_chunks:
        found = answer(chunked(packed, size), Content_Encoding=coding, Transfer_Encoding="chunked")
    else:
        found = answer(packed, Content_Encoding=coding)
    assert found.body(CAP, 200) == body


def test_several_codings_are_undone_from_the_last():
    packed = zlib.compress(gzip.compress(b"hello"))
    assert answer(packed, Content_Encoding="gzip, deflate").body(CAP, 200) == b"hello"


@pytest.mark.parametrize("coding", [*PACKERS, "identity", "none", "utf-8"])
def test_a_coding_the_crawler_has_undone_is_left_alone(coding):
    html = b"<!doctype html><p>plain"
    told = answer(html, Content_Encoding=coding, Transfer_Encoding="chunked", X_Crawl_Content_Encoding="gzip")
    assert told.body(CAP, 200) == html


@pytest.mark.parametrize("text", [b"", b"4 apples\r\n", b"12\n", b"abc"])
def test_a_text_that_begins_like_a_chunk_is_a_text(text):
    assert dechunked(text) == text


@pytest.mark.parametrize("coding", ["gzip", "zstd", "deflate"])
def test_a_cut_body_is_set_aside_unless_the_crawler_says_that_it_cut_it(coding):
    noise = random.Random(0).randbytes(300_000)
    packed = PACKERS[coding](noise)[:200_000]
    with pytest.raises(Fault) as caught:
        answer(packed, Content_Encoding=coding).body(CAP, 200)
    assert caught.value.reason == "bad_http"
    some = answer(packed, Content_Encoding=coding).body(CAP, 200, cut=True)
    assert len(some) > 100_000
    assert noise.startswith(some)


def test_broken_chunks_are_set_aside_unless_the_crawler_says_that_it_cut_them():
    body = chunked(b"a" * 100, 40)
    for broken in (body[:60], body[:46] + b"no number\r\n" + body[46:]):
        with pytest.raises(Fault, match="break off"):
            dechunked(broken)
    assert dechunked(body[:60], cut=True) == b"a" * (40 + 60 - 2 * len("28;a=b\r\n") - 40 - len("\r\n"))


def test_a_flipped_bit_in_a_packed_body_is_noticed():
    packed = bytearray(gzip.compress(bytes(range(256)) * 50))
    packed[len(packed) // 2] ^= 4
    with pytest.raises(Fault, match="gzip coding"):
        unpacked(bytes(packed), b"gzip", CAP, 200)


def test_gzip_in_several_members_is_read_whole_and_what_is_none_is_left():
    members = [random.Random(0).randbytes(40_000), b"", b"b" * 100]
    packed = b"".join(map(gzip.compress, members)) + b"\0\0trailer"
    assert unpacked(packed, b"gzip", CAP, 200) == b"".join(members)


def test_codings_upon_codings_are_refused():
    with pytest.raises(Fault, match="6 content codings, more than 4"):
        answer(gzip.compress(b"x"), Content_Encoding="gzip" + ",gzip" * 5).body(CAP, 200)


@pytest.mark.parametrize("coding", sorted(PACKERS))
def test_a_bomb_is_given_up(coding):
    packed = PACKERS[coding](bytes(30_000_000))
    with pytest.raises(Fault) as caught:
        unpacked(packed, coding.lower().encode(), 1 << 30, 200)
    assert caught.value.reason == "over_ratio"
    with pytest.raises(Fault) as caught:
        unpacked(packed, coding.lower().encode(), CAP, 1 << 30)
    assert caught.value.reason == "over_cap"


def test_a_page_over_the_cap_is_set_aside():
    with pytest.raises(Fault, match=re.escape("11 bytes, more than 10")):
        answer(b"a" * 11).body(10, 200)


def test_heads_as_servers_write_them():
    told = parse(b"HTTP/1.0 200\nServer: a\n  b\nSet-Cookie: x\nset-cookie: y\nno colon\n\nbody\n\nmore")
    assert (told.status, told.raw) == (200, b"body\n\nmore")
    assert told.headers[b"server"] == b"a b"
    assert told.headers[b"set-cookie"] == b"x, y"
    assert parse(b"HTTP/1.1 404 Not Found\r\nA: b").raw == b""
    assert parse(b"HTTP/2 301\r\n\r\n").status == 301


@pytest.mark.parametrize("block", [b"", b"<html>", b"HTTP/1.1 OK\r\n\r\n", b"HTTP/1.1 2000 x\r\n\r\n"])
def test_what_is_no_answer_is_named(block):
    with pytest.raises(Fault, match="not with HTTP/"):
        parse(block)


def test_heads_of_a_hundred_thousand_lines_cost_no_time():
    for line in (b"a:b\n", b" folded\n"):
        found = parse(b"HTTP/1.1 200 OK\nb: c\n" + line * 30_000 + b"\nbody")
        assert (found.raw, len(found.headers)) == (b"body", 1 + (line[0] == ord("a")))


def test_a_head_without_end_is_named():
    with pytest.raises(Fault, match="no end of the head"):
        parse(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 100_000)


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_any_bytes_are_an_answer_or_a_named_fault(junk):
    try:
        found = parse(b"HTTP/1.1 200 OK\r\n" + junk)
        found.body(CAP, 200)
    except Fault as fault:
        assert fault.reason in ("bad_http", "over_ratio")
