"""Where many links lead, from their bytes, by the rules of `flows.sources.links.address`.

Only what most links look like is told here; whatever else there may be is left to that module.
"""
# ruff: noqa: SIM110 (numba compiles no generator)

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from flows.sources.compiled import borrowed, compiled, inlined, integer

Bytes = NDArray[np.uint8]
Slices = NDArray[np.int32]

REST, HOST, RELATIVE, SAME_PAGE, OTHER_SCHEME = range(5)
"""Not told; to a host that is named; where no host is named; to the page itself; out of the web."""
LONGEST = 1024
"""Longest name of a host that is told, in bytes."""
_SLASH, _BACKSLASH, _COLON = ord("/"), ord("\\"), ord(":")


@inlined
def _begins(text: Bytes, at: int, end: int, start: bytes) -> bool:
    """Whether a link begins like this."""
    if end - at < len(start):
        return False
    for i in range(len(start)):
        if text[at + i] != start[i]:
            return False
    return True


@inlined
def _scheme(text: Bytes, at: int, end: int) -> int:
    """Where a link leads that begins with no slash, white space or fragment."""
    colon = at
    while colon < end and text[colon] != _COLON:
        colon += 1
    if colon == end:
        return RELATIVE
    for i in range(at, colon):
        byte = text[i]
        letter = 97 <= byte | 32 <= 122
        if not letter and (i == at or not (48 <= byte <= 57 or byte in (43, 45, 46))):  # + - .
            return RELATIVE
    if colon == at:
        return RELATIVE
    web = text[at] | 32 == 104 and (colon - at == 4 or colon - at == 5)  # perhaps http or https
    return REST if web else OTHER_SCHEME


@compiled
def lead(text: Bytes, links: Slices, leads: Bytes, hosts: Slices) -> None:
    """Say where links lead.

    Args:
        text: Their bytes, without tabs and line ends in them; at least one byte more.
        links: Begin and end of each; [links, 2 or more].
        leads: Where each leads; [links].
        hosts: Begin and end of what stands behind the slashes, up to the next one, where a host is named; [links, 2].
    """
    text = borrowed(text)
    for n in range(len(links)):
        at, end = integer(links[n, 0]), integer(links[n, 1])
        first = text[at]
        leads[n] = REST
        if at == end or first == 35:  # a number sign
            leads[n] = SAME_PAGE
            continue
        if first == _SLASH and (end - at == 1 or text[at + 1] not in (_SLASH, _BACKSLASH)):
            leads[n] = RELATIVE
            continue
        if first <= 32 or first == _BACKSLASH:
            continue
        if first == _SLASH:
            at += 2
        elif _begins(text, at, end, b"https://"):
            at += 8
        elif _begins(text, at, end, b"http://"):
            at += 7
        else:
            leads[n] = _scheme(text, at, end)
            continue
        stop = at
        while stop < end and text[stop] != _SLASH:
            stop += 1
        if stop - at <= LONGEST:
            leads[n] = HOST
            hosts[n, 0], hosts[n, 1] = at, stop
