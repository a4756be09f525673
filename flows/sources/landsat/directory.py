"""How far the directory of a TIFF reaches, so that a file that ends before it is known to be cut for good."""

from __future__ import annotations

import struct
from collections.abc import Callable

from flows.sources.answer import Span

SIZES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
"""Bytes of a value by its type (TIFF 6.0, section 2; 16 to 18 are those of BigTIFF)."""
ENTRIES_MOST = 4096
"""More entries than this are none: the number stands among bytes that are no directory."""


def directory_end(read: Callable[[Span], bytes], order: str) -> int:
    """The byte after the last that the first directory needs: its entries, and the values they point at.

    Where the file ends within what tells how far it reaches, the byte after that; so a file without fewer bytes than
    this has been cut.

    Args:
        read: Reads a stretch of the file; less of it where the file ends.
        order: Order of bytes, `<` or `>`.
    """
    head = read(Span(0, 16))
    big = head[2:4] in (b"+\0", b"\0+")
    place, count, entry = ("Q", "Q", "HHQ8s") if big else ("I", "H", "HHI4s")
    at = 8 if big else 4
    width, wide, long = (struct.calcsize(f"={form}") for form in (place, count, entry))
    if len(head) < at + width:
        return at + width
    (start,) = struct.unpack_from(order + place, head, at)
    told = read(Span(start, wide))
    if len(told) < wide:
        return int(start) + wide
    (entries,) = struct.unpack(order + count, told)
    listed = read(Span(start + wide, min(entries, ENTRIES_MOST) * long))
    end = int(start) + wide + int(entries) * long
    for _, kind, values, where in struct.iter_unpack(f"{order}{entry}", listed[: len(listed) // long * long]):
        size = SIZES.get(kind, 1) * values
        if size > width:  # shorter values stand in the entry itself
            end = max(end, struct.unpack(order + place, where)[0] + size)
    return end
