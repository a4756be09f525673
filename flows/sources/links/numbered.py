"""Values of names that stand in bytes, looked up for many at once; each different one is asked for only once."""
# ruff: noqa: SIM110, PLR0913, PLR0917 (numba compiles no generator, and takes no objects)

from __future__ import annotations

import secrets
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from flows.sources.compiled import borrowed, compiled, inlined, integer

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Integers = NDArray[np.int64]
Slices = NDArray[np.int32]

_MIX, _HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)
_MASKS = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)
PADDING = 8


def words_of(held: Bytes) -> Words:
    """The eight bytes from each byte on, little-endian; [bytes - 7]."""
    return np.ndarray((len(held) - 7,), "<u8", held.data, strides=(1,))


@inlined
def _hash(words: Words, begin: int, end: int, seed: int) -> int:
    """A hash of some bytes; the seed is a secret, so that nobody can write names that meet."""
    mixed = np.uint64(seed) ^ np.uint64(end - begin)
    for at in range(begin, end, 8):
        mixed = (mixed ^ (words[at] & _MASKS[min(8, end - at)])) * _MIX
        mixed ^= mixed >> _HALF
    made: int = integer(mixed)
    return made


@inlined
def _equal(words: Words, begin: int, size: int, held: Words, place: int) -> bool:
    """Whether some bytes are those of a name that is held."""
    for at in range(0, size, 8):
        if (words[begin + at] ^ held[place + at]) & _MASKS[min(8, size - at)]:
            return False
    return True


@compiled
def number(
    text: Bytes,
    words: Words,
    slices: Slices,
    slots: Slices,
    held: Bytes,
    held_words: Words,
    names: Integers,
    used: Integers,
    numbers: Slices,
) -> int:
    """Numbers of names, a new one for each that is not held yet; how many there are until there is no more room.

    Args:
        text: Bytes in which they stand.
        words: The eight bytes from each on.
        slices: Begin and end of each; [names asked for, 2].
        slots: Number of the name held at a place of the table, else -1; a power of two, twice the names and more.
        held: Names held.
        held_words: The eight bytes from each on.
        names: Begin, size and hash of each name held; [names, 3].
        used: How many names are held, how many of their bytes, the seed.
        numbers: Number of each name asked for; [names asked for].
    """
    words, held_words = borrowed(words), borrowed(held_words)
    last = len(slots) - 1
    for n in range(len(slices)):
        begin, end = integer(slices[n, 0]), integer(slices[n, 1])
        size, mixed = end - begin, _hash(words, begin, end, used[2])
        slot = mixed & last
        while slots[slot] >= 0:
            name = slots[slot]
            if (
                names[name, 2] == mixed
                and names[name, 1] == size
                and _equal(words, begin, size, held_words, names[name, 0])
            ):
                break
            slot = (slot + 1) & last
        if slots[slot] < 0:
            if used[0] == len(names) or used[1] + size + PADDING > len(held):
                return n
            slots[slot] = used[0]
            names[used[0], 0], names[used[0], 1], names[used[0], 2] = used[1], size, mixed
            for i in range(size):
                held[used[1] + i] = text[begin + i]
            used[0] += 1
            used[1] += size
        numbers[n] = slots[slot]
    return len(slices)


class Values:
    """Values by name, in fixed memory: when it is full, all are forgotten."""

    def __init__(self, value: Callable[[str], int], names: int, bytes_held: int) -> None:
        """Hold nothing yet.

        Args:
            value: The value of a name.
            names: How many names are held, a power of two.
            bytes_held: How many bytes of names; more than the longest name has.
        """
        self._value = value
        self._slots = np.full(4 * names, -1, np.int32)
        self._held = np.zeros(bytes_held + PADDING, np.uint8)
        self._words = words_of(self._held)
        self._names = np.zeros((names, 3), np.int64)
        self._values = np.zeros(names, np.int64)
        self._used = np.array([0, 0, secrets.randbits(62)], np.int64)

    def forget(self) -> None:
        """Hold nothing."""
        self._slots.fill(-1)
        self._used[:2] = 0

    def of(self, text: Bytes, words: Words, slices: Slices) -> Integers:
        """Values of the names that stand at these places of some bytes of UTF-8; [names]."""
        found = np.empty(len(slices), np.int64)
        numbers = np.empty(len(slices), np.int32)
        done = 0
        while done < len(slices):
            known = int(self._used[0])
            some = number(
                text,
                words,
                slices[done:],
                self._slots,
                self._held,
                self._words,
                self._names,
                self._used,
                numbers,
            )
            self._ask(known)
            found[done : done + some] = self._values[numbers[:some]]
            done += some
            if done < len(slices):
                self.forget()
        return found

    def _ask(self, known: int) -> None:
        """Ask for the values of names that are new, from this number on."""
        new = self._names[known : int(self._used[0])]
        if len(new):
            raw = self._held[new[0, 0] : self._used[1]].tobytes()
            begins = new[:, 0] - new[0, 0]
            places = zip(begins.tolist(), (begins + new[:, 1]).tolist(), strict=True)
            values = [self._value(raw[begin:end].decode()) for begin, end in places]
            self._values[known : known + len(new)] = values
