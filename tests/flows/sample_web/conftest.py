"""The web sample's truth, and its records read by nothing but zlib."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.sources import sample


@pytest.fixture(scope="session")
def web(archive) -> sample.Truth:
    """Truth of the small web sample."""
    return sample.read(archive)


def unpacked(path: Path) -> Iterator[tuple[int, int, dict[str, str], bytes]]:
    """(offset, length as stored, header, block) of every member that unpacks to one whole record of sane size."""
    data, at = path.read_bytes(), 0
    while at < len(data):
        unpack = zlib.decompressobj(wbits=31)
        try:
            raw = unpack.decompress(data[at:], 32 << 20)
        except zlib.error:
            raw = b""
        if not unpack.eof:
            at = data.find(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", at + 1)
            if at < 0:
                return
            continue
        length = len(data) - len(unpack.unused_data) - at
        head, _, rest = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        header = dict(line.split(": ", 1) for line in lines)
        if first == "WARC/1.0" and len(rest) == int(header["Content-Length"]) + 4:
            yield at, length, header, rest[:-4]
        at += length


@pytest.fixture(scope="session")
def records(web) -> Callable[[str], list[tuple[int, int, dict[str, str], bytes]]]:
    """Whole records of the file with a key; held, since several tests look at them."""
    held: dict[str, list[tuple[int, int, dict[str, str], bytes]]] = {}

    def of(key: str) -> list[tuple[int, int, dict[str, str], bytes]]:
        if key not in held:
            held[key] = list(unpacked(web.root / key))
        return held[key]

    return of
