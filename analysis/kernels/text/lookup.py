"""Look-up of words and of pairs of numbers: each distinct one gets an id, in order of first occurrence.

The loops work on arrays whose sizes are fixed while they run. One that finds an array full stops and says how
far it came, and the caller gives it larger arrays: arrays replaced inside a loop cost a factor of five.
"""
# ruff: noqa: ARG001 (numba hands over untyped objects, and more of them than one needs)
# ruff: noqa: PLR0913, PLR0917 (flat arrays are what a compiled loop takes; `vocabulary` keeps them together)

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled, machine_code, pointer

SHORT = 16
"""Words up to this many bytes are their own key."""

_ZERO, _ONE, _32 = np.uint64(0), np.uint64(1), np.uint64(32)
_ID = np.uint64(0xFFFFFFFF)
_LONG = np.uint64(0xFF << 56)  # no word in UTF-8 has this byte, so no short word looks like a long one's key
_FIRST8 = np.array([(1 << 8 * min(n, 8)) - 1 for n in range(SHORT + 1)], np.uint64)
_NEXT8 = np.array([(1 << 8 * max(n - 8, 0)) - 1 for n in range(SHORT + 1)], np.uint64)
_GROUP = 32  # keys looked up together, so that their waits for memory overlap


@machine_code
@machine_code
@machine_code
@machine_code
@machine_code
def _mix(_: Any, x: Any, y: Any) -> Any:
    """The two halves of the 128-bit product of x and y, folded by exclusive or (as in wyhash, W. Yi 2019)."""

    def emit(target: Any, builder: Any, signature: Any, values: Any) -> Any:
        wide = ir.IntType(128)
        product = builder.mul(builder.zext(values[0], wide), builder.zext(values[1], wide))
        high = builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))
        return builder.xor(high, builder.trunc(product, ir.IntType(64)))

    return types.uint64(types.uint64, types.uint64), emit


@machine_code
def _load8(_: Any, array: Any, at: Any) -> Any:
    """Eight bytes from any place of a byte array as one number (the first byte is the lowest)."""

    def emit(target: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.load(pointer(target, builder, signature, values, ir.IntType(64)), align=1)

    return types.uint64(types.Array(types.uint8, 1, "C"), types.int64), emit


@machine_code
def _store8(_: Any, array: Any, at: Any, value: Any) -> Any:
    """The reverse of `_load8`."""

    def emit(target: Any, builder: Any, signature: Any, values: Any) -> Any:
        builder.store(values[2], pointer(target, builder, signature, values, ir.IntType(64)), align=1)
        return target.get_dummy_value()

    return types.void(types.Array(types.uint8, 1, "C"), types.int64, types.uint64), emit


@machine_code
def _fetch(_: Any, array: Any, at: Any) -> Any:
    """Ask for an element to be brought near, and go on: a large table's time is mostly waiting for memory."""

    def emit(target: Any, builder: Any, signature: Any, values: Any) -> Any:
        number, byte = ir.IntType(32), ir.IntType(8)
        kind = ir.FunctionType(ir.VoidType(), [byte.as_pointer(), number, number, number])
        ask = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch")
        place = pointer(target, builder, signature, values, byte)
        builder.call(ask, [place, *(ir.Constant(number, n) for n in (0, 3, 1))])  # to read, to keep, data
        return target.get_dummy_value()

    return types.void(types.Array(types.uint64, 1, "C"), types.int64), emit


@compiled
def _seek(
    slots: NDArray[np.uint64], keys: NDArray[np.uint64], low: np.uint64, high: np.uint64, hashed: np.uint64
) -> tuple[np.uint64, int | np.int64]:
    """First slot from `hashed` on that has the key or is free, and the entry there (-1: free).

    Open addressing, linear probing. The upper half of a slot is the upper half of the hash, the lower
    half the entry's number plus one; 0 is free.
    """
    mask = np.uint64(slots.size - 1)
    slot = hashed & mask
    while slots[slot] != _ZERO:
        if slots[slot] >> _32 == hashed >> _32:
            entry = np.int64(slots[slot] & _ID) - 1
            if keys[2 * entry] == low and keys[2 * entry + 1] == high:
                return slot, entry
        slot = (slot + _ONE) & mask
    return slot, -1


@compiled
def _look_ahead(
    slots: NDArray[np.uint64], keys: NDArray[np.uint64], hashes: NDArray[np.uint64], count: int
) -> None:
    """Fetch what `_seek` will need for the first `count` hashes; their slots are already on the way."""
    mask = np.uint64(slots.size - 1)
    for g in range(count):
        seen = slots[hashes[g] & mask]
        if seen != _ZERO:
            _fetch(keys, 2 * (np.int64(seen & _ID) - 1))


@compiled
def _key(
    text: NDArray[np.uint8], begin: np.int64, size: np.int64, seeds: NDArray[np.uint64]
) -> tuple[np.uint64, np.uint64]:
    """Key of a word: its bytes, padded with zeros, or of a longer one its hash and its length."""
    low, high = _load8(text, begin), _load8(text, begin + 8)
    if size <= SHORT:
        return low & _FIRST8[size], high & _NEXT8[size]
    for q in range(8, size - 8, 8):
        low = _mix(low ^ seeds[0], _load8(text, begin + q) ^ seeds[1])
    return _mix(low ^ seeds[0], _load8(text, begin + size - 8) ^ seeds[1]), _LONG | np.uint64(size)


@compiled
def _same(
    arena: NDArray[np.uint8], start: int, text: NDArray[np.uint8], begin: np.int64, size: np.int64
) -> bool:
    for q in range(size):  # noqa: SIM110 (numba compiles no generator)
        if arena[start + q] != text[begin + q]:
            return False
    return True


@compiled
def intern(
    text: NDArray[np.uint8],
    edges: NDArray[np.int32],
    first: int,
    ids: NDArray[np.int32],
    seeds: NDArray[np.uint64],
    slots: NDArray[np.uint64],
    keys: NDArray[np.uint64],
    starts: NDArray[np.int64],
    arena: NDArray[np.uint8],
    entries: int,
) -> tuple[int, int]:
    """Give each distinct word (as bytes) an id, in order of first occurrence.

    Args:
        text: The text, with PAD readable bytes after its end.
        edges: Begin and end of each word in `text`.
        first: Word to begin with.
        ids: Id of each word; [words].
        seeds: Two random numbers, so that no page can be written to collide.
        slots: See `_seek`; a power of two of them, at most half in use.
        keys: Two numbers an entry, see `_key`.
        starts: Where each entry's bytes begin in the arena, and where the last ends.
        arena: Bytes of all entries, one after the other.
        entries: Number of entries so far.

    Returns:
        The word it came to (`len(ids)`, or less where a table was full) and the number of entries.
    """
    limit = min(slots.size // 2, starts.size - 1)
    mask = np.uint64(slots.size - 1)
    ahead = np.empty((3, _GROUP), np.uint64)
    lows, highs, hashes = ahead[0], ahead[1], ahead[2]
    for group in range(first, ids.size, _GROUP):
        count = min(_GROUP, ids.size - group)
        for g in range(count):
            begin = np.int64(edges[2 * (group + g)])
            size = np.int64(edges[2 * (group + g) + 1]) - begin
            lows[g], highs[g] = _key(text, begin, size, seeds)
            hashes[g] = _mix(lows[g] ^ seeds[0], highs[g] ^ seeds[1])
            _fetch(slots, np.int64(hashes[g] & mask))
        _look_ahead(slots, keys, hashes, count)
        for g in range(count):
            j = group + g
            begin = np.int64(edges[2 * j])
            hashed = hashes[g]
            slot, entry = _seek(slots, keys, lows[g], highs[g], hashed)
            while entry >= 0 and highs[g] >= _LONG:
                if _same(arena, starts[entry], text, begin, np.int64(edges[2 * j + 1]) - begin):
                    break
                slot, entry = _seek(slots, keys, lows[g], highs[g], (hashed & ~mask) | ((slot + _ONE) & mask))
            if entry < 0:
                size = np.int64(edges[2 * j + 1]) - begin
                end = starts[entries]
                if entries >= limit or end + size + SHORT > arena.size:
                    return j, entries
                for q in range(0, size, 8):
                    _store8(arena, end + q, _load8(text, begin + q))
                entry, entries = entries, entries + 1
                starts[entries] = end + size
                slots[slot] = (hashed & ~_ID) | np.uint64(entries)
                keys[2 * entry], keys[2 * entry + 1] = lows[g], highs[g]
            ids[j] = entry
    return ids.size, entries


@compiled
def pair(
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    first: int,
    ids: NDArray[np.int32],
    seeds: NDArray[np.uint64],
    slots: NDArray[np.uint64],
    keys: NDArray[np.uint64],
    entries: int,
) -> tuple[int, int]:
    """Give each distinct pair of numbers an id, in order of first occurrence; as `intern` does for words."""
    limit = min(slots.size, keys.size) // 2
    mask = np.uint64(slots.size - 1)
    hashes = np.empty(_GROUP, np.uint64)
    for group in range(first, ids.size, _GROUP):
        count = min(_GROUP, ids.size - group)
        for g in range(count):
            low, high = np.uint64(left[group + g]), np.uint64(right[group + g])
            hashes[g] = _mix(low ^ seeds[0], high ^ seeds[1])
            _fetch(slots, np.int64(hashes[g] & mask))
        _look_ahead(slots, keys, hashes, count)
        for g in range(count):
            j = group + g
            low, high = np.uint64(left[j]), np.uint64(right[j])
            slot, entry = _seek(slots, keys, low, high, hashes[g])
            if entry < 0:
                if entries >= limit:
                    return j, entries
                entry, entries = entries, entries + 1
                slots[slot] = (hashes[g] & ~_ID) | np.uint64(entries)
                keys[2 * entry], keys[2 * entry + 1] = low, high
            ids[j] = entry
    return ids.size, entries


@compiled
def refill(
    slots: NDArray[np.uint64], keys: NDArray[np.uint64], entries: int, seeds: NDArray[np.uint64]
) -> None:
    """Put all entries into empty, larger slots."""
    mask = np.uint64(slots.size - 1)
    for entry in range(entries):
        hashed = _mix(keys[2 * entry] ^ seeds[0], keys[2 * entry + 1] ^ seeds[1])
        slot = hashed & mask
        while slots[slot] != _ZERO:
            slot = (slot + _ONE) & mask
        slots[slot] = (hashed & ~_ID) | np.uint64(entry + 1)
