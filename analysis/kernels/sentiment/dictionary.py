"""A user's own dictionary, or an AFINN-like list, as a scorer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from analysis.kernels.sentiment import scorer
from analysis.kernels.sentiment.matching import Matcher
from analysis.kernels.sentiment.word_list import TOKENIZER, Entry, Layout, read
from analysis.kernels.text.tokens import DEFINITIONS


@dataclass(frozen=True)
class Dictionary:
    """Adds up the weights of the words found; `score` is their sum per word of the text."""

    name: str
    """Name in tables and manifests."""
    source: str
    """Name of its file."""
    sha256: str
    """Of its file."""
    entries: tuple[Entry, ...]
    """Its words, phrases and beginnings."""
    languages: tuple[str, ...] = ()
    """Languages it is made for, ISO 639-3; any where empty."""

    columns = scorer.MEASURES

    def facts(self) -> Mapping[str, Any]:
        """File, hash, sizes and what a word is."""
        return {
            "lexicon": self.source,
            "sha256": self.sha256,
            "entries": len(self.entries),
            "phrases": sum(len(entry.words) > 1 for entry in self.entries),
            "beginnings": sum(entry.begins for entry in self.entries),
            "definition": (
                "score is the sum of the weights found (valence_sum) by the number of words of the text. "
                f"{DEFINITIONS[TOKENIZER]}. At each word the entry with most words is taken, one spelt out before "
                "a beginning; no word counts twice."
            ),
        }

    def score(self, texts: pa.Array) -> pa.RecordBatch:
        """Score texts, one row each; a text without words has no score."""
        if isinstance(texts, pa.ChunkedArray):
            texts = texts.combine_chunks()
        weights = np.array([entry.weight for entry in self.entries])
        words, matched, sums = (np.zeros(len(texts), kind) for kind in (np.int64, np.int64, np.float64))
        for chunk in self._matcher().find(texts):
            here = slice(chunk.first, chunk.first + chunk.lengths.size)
            text, entry = chunk.found[:, 0], chunk.found[:, 3]
            words[here] = chunk.lengths
            matched[here] = np.bincount(text, minlength=chunk.lengths.size)
            sums[here] = np.bincount(text, weights[entry], minlength=chunk.lengths.size)
        score = pa.array(sums / np.maximum(words, 1), mask=words == 0)
        columns = {"score": score, "matched": matched, "words": words, "valence_sum": sums}
        return scorer.batch(texts, {name: pa.array(values) for name, values in columns.items()}, self.columns)

    def explain(self, text: str) -> list[scorer.Part]:
        """The entries found, in the order of the text."""
        parts = []
        for chunk in self._matcher().find(pa.array([text], pa.large_string())):
            for _, place, _, number in chunk.found.tolist():
                entry = self.entries[number]
                parts.append(scorer.Part(entry.written, place, entry.weight, (), entry.weight))
        return parts

    def _matcher(self) -> Matcher:
        return scorer.per_thread((self.entries,), lambda: Matcher(self.entries))


def dictionary(path: str, layout: Layout = "csv", languages: tuple[str, ...] = ()) -> Dictionary:
    """A dictionary from a file of words and weights, comma-separated.

    Args:
        path: File, UTF-8; see `word_list.read`.
        layout: `csv` or `tab`.
        languages: Languages it is made for; any where empty.

    Raises:
        OSError: The file cannot be read.
        ValueError: No path, or a line cannot be read; the error names it.
    """
    if not path:
        raise ValueError("a dictionary needs its file: dictionary:FILE.csv or afinn:FILE.txt")
    content = Path(path).read_bytes()
    source = Path(path).name
    entries = read(source, content, layout)
    return Dictionary(Path(path).stem, source, hashlib.sha256(content).hexdigest(), entries, languages)


def afinn(path: str) -> Dictionary:
    """A list as AFINN's: word or phrase, tab, weight. Errors as for `dictionary`."""
    return dictionary(path, "tab")
