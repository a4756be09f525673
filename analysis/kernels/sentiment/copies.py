"""Which articles are copies of one story, looked up by where an article stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Copies:
    """Articles of stories with several copies; all others are their own story. 12 bytes a copy and more for files."""

    files: tuple[str, ...]
    """Keys of the archive's files that have copies, sorted."""
    begins: NDArray[np.int64]
    """Where the articles of each file begin in the arrays below, and where the last end; [files + 1]."""
    offsets: NDArray[np.int64]
    """Offsets of the articles' records, sorted within a file."""
    story: NDArray[np.int32]
    """Number of the story of each, from 0."""

    @staticmethod
    def stories(copies: Copies | None, files: pa.Array, offsets: pa.Array) -> NDArray[np.int64]:
        """Number of the story of each article: that of its copies, or a negative one of its own.

        Args:
            copies: What is known of copies.
            files: Key of the archive's file of each article.
            offsets: Where its record begins.
        """
        encoded = files.dictionary_encode()
        code, at = encoded.indices.to_numpy(), offsets.to_numpy()
        made = np.empty(len(at), np.int64)
        for number, name in enumerate(encoded.dictionary.to_pylist()):
            here = code == number
            made[here] = -1 - _own(name, at[here])
            if copies:
                known, which = copies._found(name, at[here])
                made[np.flatnonzero(here)[known]] = which
        return made

    def _found(self, file: str, at: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
        number = _numbers(self.files).get(file)
        if number is None:
            return np.zeros(at.size, bool), np.empty(0, np.int32)
        span = slice(self.begins[number], self.begins[number + 1])
        offsets, story = self.offsets[span], self.story[span]
        place = np.minimum(np.searchsorted(offsets, at), offsets.size - 1)
        known = offsets[place] == at
        return known, story[place[known]]


@lru_cache(maxsize=8)
def _numbers(files: tuple[str, ...]) -> dict[str, int]:
    return {file: number for number, file in enumerate(files)}


def _own(file: str, at: NDArray[np.int64]) -> NDArray[np.int64]:
    """A number, 0 to 2⁶³ - 1, of each article of a file; two of 10⁷ articles share one with a chance of 10⁻⁵."""
    start = int.from_bytes(blake2b(file.encode(), digest_size=8).digest(), "little")
    mixed = at.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(start)
    for prime in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):  # the finaliser of MurmurHash3
        mixed = (mixed ^ mixed >> np.uint64(33)) * np.uint64(prime)
    mixed ^= mixed >> np.uint64(33)
    found: NDArray[np.int64] = (mixed >> np.uint64(1)).astype(np.int64)
    return found


def copies(stories: pa.Table) -> Copies:
    """Copies from a table of stories.

    Args:
        stories: Columns source_file, record_offset, story_id and story_articles, a row an article.
    """
    rows = stories.filter(pc.greater(stories["story_articles"], 1)).sort_by(
        [("source_file", "ascending"), ("record_offset", "ascending")]
    )
    ids = pc.unique(rows["story_id"]).sort()
    story = pc.index_in(rows["story_id"], ids).cast(pa.int32()).to_numpy()
    files = pc.unique(rows["source_file"]).to_pylist()
    code = pc.index_in(rows["source_file"], pa.array(files, pa.string())).to_numpy()
    begins = np.searchsorted(code, np.arange(len(files) + 1))
    return Copies(tuple(files), begins, rows["record_offset"].to_numpy(), story)
