"""From the bytes of documents to the edges of their words, 64 bytes at a time."""
# ruff: noqa: ARG001 (numba hands over untyped objects, and more of them than one needs)

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled, machine_code, pointer

BLOCK = 64
"""Bytes classified at once; one bit each in a machine word."""
PAD = 2 * BLOCK
"""Bytes that must follow the text in its buffer, as blocks and words are read whole."""

_ZERO, _ONE, _63, _BLOCK = np.uint64(0), np.uint64(1), np.uint64(63), np.uint64(BLOCK)
_RUN = np.array([(1 << n) - 1 for n in range(5)], np.uint64)


@machine_code
@machine_code
@machine_code
def _trailing_zeros(_: Any, x: Any) -> Any:
    """Number of the lowest bit that is set."""

    def emit(target: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.cttz(values[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), emit


@machine_code
def _classify(_: Any, text: Any, at: Any) -> Any:
    """Lower the ASCII letters of a block; a bit for each byte of [a-z0-9_], and one for each lead byte."""

    def emit(target: Any, builder: Any, signature: Any, values: Any) -> Any:
        vector = ir.VectorType(ir.IntType(8), BLOCK)

        def all_of(byte: int) -> Any:
            return ir.Constant(vector, [byte] * BLOCK)

        def bits(flags: Any) -> Any:
            return builder.bitcast(flags, ir.IntType(BLOCK))

        place = pointer(target, builder, signature, values, vector)
        block = builder.load(place, align=1)
        lowered = builder.or_(block, all_of(0x20))
        letter = builder.icmp_unsigned("<", builder.sub(lowered, all_of(ord("a"))), all_of(26))
        digit = builder.icmp_unsigned("<", builder.sub(block, all_of(ord("0"))), all_of(10))
        line = builder.icmp_unsigned("==", block, all_of(ord("_")))
        lead = builder.icmp_unsigned(">=", block, all_of(0xC0))
        builder.store(builder.select(letter, lowered, block), place, align=1)
        word = builder.or_(builder.or_(letter, digit), line)
        return cgutils.pack_array(builder, [bits(word), bits(lead)])

    return types.UniTuple(types.uint64, 2)(types.Array(types.uint8, 1, "C"), types.int64), emit


@compiled
def _character(text: NDArray[np.uint8], i: np.int64) -> tuple[np.int64, int]:
    """Code point of the two to four bytes that begin at `i`, and how many they are."""
    first = np.int64(text[i])
    point = np.int64(text[i + 1]) & 0x3F
    if first < 0xE0:
        return (first & 0x1F) << 6 | point, 2
    point = point << 6 | (np.int64(text[i + 2]) & 0x3F)
    if first < 0xF0:
        return (first & 0x0F) << 12 | point, 3
    return (first & 0x07) << 18 | point << 6 | (np.int64(text[i + 3]) & 0x3F), 4


@compiled
def scan(
    source: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    classes: NDArray[np.uint8],
    text: NDArray[np.uint8],
    edges: NDArray[np.int32],
) -> int:
    """Copy documents into one text, ASCII in lower case, a line feed after each, and find the edges of words.

    Args:
        source: Bytes of the documents, UTF-8.
        offsets: Where each begins in `source`, and where the last ends; [documents + 1].
        classes: What each code point is to a word, see `tokens.classes`; [2²¹].
        text: Room for the copy and PAD bytes more.
        edges: Room for begin and end of every word in `text`; as many as the copy has bytes suffices.

    Returns:
        Number of edges, twice the number of words.
    """
    end = 0
    for d in range(offsets.size - 1):
        for i in range(offsets[d], offsets[d + 1]):
            text[end] = source[i]
            end += 1
        text[end] = 10
        end += 1
    text[end : end + PAD] = 0
    found = 0
    before = spill = (
        _ZERO  # whether the byte before this block is a word's; bits of a character that began before it
    )
    for at in range(0, end, BLOCK):
        word, lead = _classify(text, at)
        word |= spill
        spill = _ZERO
        while lead:
            b = _trailing_zeros(lead)
            lead &= lead - _ONE
            point, size = _character(text, at + np.int64(b))
            part = classes[point]
            if part == 2:
                part = ((word >> (b - _ONE)) if b else before) & _ONE
            if part:
                word |= _RUN[size] << b
                if b + np.uint64(size) > _BLOCK:
                    spill = _RUN[size] >> (_BLOCK - b)
        change = word ^ (word << _ONE | before)
        before = word >> _63
        while change:
            edges[found] = at + np.int64(_trailing_zeros(change))
            found += 1
            change &= change - _ONE
    return found
