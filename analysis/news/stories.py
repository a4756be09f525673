"""Stories: which articles are copies of one text, as agencies' copy and chains of papers make them.

Each article becomes a signature (`kernels.text.shingles`); articles that share a band are compared, those that are
alike enough are joined, and what is connected is a story. Equal digests are one text from the start.

The last step needs the signatures of all articles at once, in the driver: about 2 KB an article and 8 bytes more for
each distinct shingle up to `sketch` (measured: 5.9 KB an article of 500 shingles). A million articles of 500 words
take 6 GB, or 3 GB with sketch=128, and some 16 s; for more, take month by month (`where`).
"""

from __future__ import annotations

import unicodedata
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.batches import Batches
from analysis.declare import Analysis
from analysis.kernels.text import groups as text_groups
from analysis.kernels.text import tokens
from analysis.kernels.text.copies import CROWD, NEXT, Groups, group
from analysis.kernels.text.languages import check as check_languages
from analysis.kernels.text.shingles import Scheme, Signatures, Signer
from analysis.kernels.text.tokens import Tokenizer
from schemas import fields as f
from schemas import news

PERMUTATIONS = 256
FOUND = 0.9
"""Least chance that a pair just at the threshold is compared; it rises fast above."""
SHOWN = (f.source_file, f.record_offset, f.content_digest, f.outlet, f.published_at)
WIDE = pa.large_binary()


@dataclass(frozen=True)
class Stories:
    """What counts as a copy."""

    threshold: float = 0.3
    """Least Jaccard index of two copies, above 0 up to 1; 0.3 still joins texts with every tenth word changed."""
    words: int = 5
    """Words in a shingle, 1 to 50."""
    sketch: int = 1024
    """Shingles kept of an article; likeness is exact for articles of up to as many, estimated for longer ones."""
    seed: int = 0
    """Seed of the permutations."""
    languages: tuple[str, ...] = ()
    """Only articles in these languages, ISO 639-3 (eng, deu); all where empty."""
    tokenizer: Tokenizer = "default"
    """`default` keeps combining marks with their letter; `cc-pyspark` counts as Common Crawl's example."""

    def __post_init__(self) -> None:
        """Refuse what cannot be compared, before anything is read."""
        tokens.check(self.tokenizer)
        if not 0 < self.threshold <= 1:
            raise ValueError(f"threshold is {self.threshold}; give a number above 0, up to 1")
        if not 1 <= self.words <= 50:
            raise ValueError(f"words is {self.words}; give 1 to 50 words a shingle")
        if self.sketch < 16:
            raise ValueError(f"sketch is {self.sketch}; give 16 shingles or more")
        check_languages(self.languages)

    @property
    def scheme(self) -> Scheme:
        """As many values a band as still find a pair at the threshold: fewer strangers are compared then."""
        schemes = [
            Scheme(self.words, PERMUTATIONS // rows, rows, self.sketch, self.seed) for rows in range(8, 0, -1)
        ]
        return next((s for s in schemes if s.chance(self.threshold) >= FOUND), schemes[-1])


def columns(options: Stories) -> tuple[str, ...]:
    """What identifies an article, and its text."""
    filters = ("language",) if options.languages else ()
    return (*(c.name for c in SHOWN), *filters, "text")


def partial(options: Stories) -> pa.Schema:
    """One row an article, with its signature."""
    bands = pa.field("bands", pa.binary(4 * options.scheme.bands), False)
    return pa.schema([*(c.field for c in SHOWN), bands, pa.field("sketch", WIDE, False)])


def sign(articles: Batches, options: Stories) -> Iterator[pa.RecordBatch]:
    """Signatures of the articles in each batch."""
    signer, schema = Signer(options.scheme, options.tokenizer), partial(options)
    for batch in (text_groups.of_languages(batch, options.languages) for batch in articles):
        made = signer.sign(batch["text"])
        bands = pa.Array.from_buffers(
            schema.field("bands").type, len(made.bands), [None, pa.py_buffer(made.bands)]
        )
        ends = pa.py_buffer(4 * made.ends)
        sketch = pa.Array.from_buffers(WIDE, batch.num_rows, [None, ends, pa.py_buffer(made.sketches)])
        yield pa.RecordBatch.from_arrays([*(batch[c.name] for c in SHOWN), bands, sketch], schema=schema)


@dataclass(frozen=True)
class Found:
    """Groups of distinct texts, and which text each article has."""

    order: NDArray[np.int64]
    """Articles by digest, file and offset, as row numbers of the partial results."""
    text: NDArray[np.int64]
    """Number of the text of each article, in that order."""
    groups: Groups
    """Groups of texts."""
    cut: int
    """Texts with more shingles than the sketch keeps."""


def find(partials: pa.Table, options: Stories) -> Found:
    """Group the articles' texts; the order of the partial results does not matter."""
    by = [(c.name, "ascending") for c in (f.content_digest, f.source_file, f.record_offset)]
    order = pc.sort_indices(partials, by).to_numpy().astype(np.int64)
    digests = partials["content_digest"].take(pa.array(order)).combine_chunks().dictionary_encode()
    text = digests.indices.to_numpy().astype(np.int64)  # sorted, so numbered in order
    first = order[np.flatnonzero(np.diff(text, prepend=-1))]
    signatures = _signatures(partials, first, options.scheme)
    cut = int((np.diff(signatures.ends) >= options.sketch).sum())
    return Found(order, text, group(signatures, options.sketch, options.threshold), cut)


def _signatures(partials: pa.Table, rows: NDArray[np.int64], scheme: Scheme) -> Signatures:
    """Signatures of some rows, gathered chunk by chunk so that they are in memory twice, not three times."""
    bands = np.empty((rows.size, scheme.bands), np.uint32)
    lengths = pc.binary_length(partials["sketch"]).to_numpy()[rows] // 4
    ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    sketches = np.empty(int(ends[-1]), np.uint32)
    place = np.full(partials.num_rows, -1)
    place[rows] = np.arange(rows.size)
    start = 0
    for batch in partials.select(["bands", "sketch"]).to_batches():
        keys = np.frombuffer(batch["bands"].buffers()[1], np.uint32).reshape(-1, scheme.bands)
        keys = keys[batch["bands"].offset :][: batch.num_rows]
        _, where, what = batch["sketch"].buffers()
        edges = np.frombuffer(where, np.int64)[batch["sketch"].offset :][: batch.num_rows + 1] // 4
        hashes = np.frombuffer(what or b"", np.uint32)
        for row in np.flatnonzero(place[start : start + batch.num_rows] >= 0):
            text = place[start + row]
            bands[text] = keys[row]
            sketches[ends[text] : ends[text + 1]] = hashes[edges[row] : edges[row + 1]]
        start += batch.num_rows
    return Signatures(bands, sketches, ends)


def _remembering() -> Any:
    """`find`, which keeps its last answer while the partial results live: table and notes ask for the same."""
    last: list[Any] = [lambda: None, None, None]

    def found(partials: pa.Table, options: Stories) -> Found:
        if last[0]() is not partials or last[1] != options:
            last[:] = [weakref.ref(partials), options, find(partials, options)]
        answer: Found = last[2]
        return answer

    return found


_found = _remembering()


def finish(partials: pa.Table, options: Stories) -> pa.Table:
    """Every article with its story, sorted by file and offset."""
    found = _found(partials, options)
    rows = partials.select([c.name for c in SHOWN]).take(pa.array(found.order))
    story = found.groups.first[found.text]
    representative = rows["content_digest"].take(pa.array(np.searchsorted(found.text, story)))
    numbers, articles = np.unique(story, return_counts=True)
    made = {
        "story_id": representative,
        "story_articles": pa.array(articles[np.searchsorted(numbers, story)]),
        "story_outlets": pa.array(_outlets(rows["outlet"], story, numbers)),
        "jaccard": pa.array(found.groups.jaccard[found.text]),
    }
    for name, values in made.items():
        rows = rows.append_column(name, values)
    schema = news.stories.schema()
    return rows.select(schema.names).cast(schema).sort_by([(c.name, "ascending") for c in news.ARTICLE])


def _outlets(
    outlet: pa.ChunkedArray, story: NDArray[np.int64], stories: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Number of distinct outlets of each article's story; articles without an outlet count as of one."""
    codes = (
        outlet.combine_chunks().dictionary_encode(null_encoding="encode").indices.to_numpy().astype(np.int64)
    )
    pairs = np.unique(np.stack([story, codes]), axis=1)
    counted = np.bincount(np.searchsorted(stories, pairs[0]), minlength=stories.size)
    made: NDArray[np.int64] = counted[np.searchsorted(stories, story)].astype(np.int64)
    return made


def notes(partials: pa.Table, options: Stories) -> Mapping[str, Any]:
    """What was compared, and what of it is an estimate."""
    found = _found(partials, options)
    stories, sizes = np.unique(found.groups.first[found.text], return_counts=True)
    return {
        "articles": partials.num_rows,
        "distinct_texts": int(found.groups.first.size),
        "stories": int(stories.size),
        "stories_with_copies": int((sizes > 1).sum()),
        "largest_story": int(sizes.max(initial=0)),
        "pairs_compared": found.groups.compared,
        "pairs_alike": found.groups.alike,
        "texts_longer_than_sketch": found.cut,
        "crowded_keys": found.groups.crowds,
    }


def facts(options: Stories) -> Mapping[str, Any]:
    """What signatures depend on: anyone can make them again."""
    scheme = options.scheme
    multipliers, shifts = scheme.permutations
    return {
        "tokenizer": options.tokenizer,
        "unicode": unicodedata.unidata_version,
        "bands": scheme.bands,
        "rows": scheme.rows,
        "chance_to_be_compared": {f"{j:.1f}": round(scheme.chance(j), 4) for j in np.arange(0.1, 1.0, 0.1)},
        "crowd": {"texts": CROWD, "compared_with_next": NEXT},
        "permutations": {"multipliers": multipliers.tolist(), "shifts": shifts.tolist()},
    }


def methods(options: Stories) -> str:
    """What was compared and how, for a methods section."""
    scheme = options.scheme
    which = f"articles in {', '.join(options.languages)}" if options.languages else "all articles"
    return (
        f"Copies were found among {which} by shingles of {options.words} words (Broder 1997). Two articles were "
        f"taken for copies where the Jaccard index of their sets of shingles was at least {options.threshold:g}; a "
        "story is a set of articles connected by such pairs, so its ends may be less alike. Pairs to compare came "
        f"from MinHash, {scheme.bands} bands of {scheme.rows} values (seed {options.seed}): a pair at the threshold "
        f"is compared with probability {scheme.chance(options.threshold):.3f}. The index is exact for articles of "
        f"up to {options.sketch} distinct shingles, and else estimated with a standard error of at most "
        f"{0.5 / options.sketch**0.5:.3f}. An article quoted within a much longer one is not found, nor are "
        "translations; languages written without blanks have few shingles and need a lower threshold."
    )


stories = Analysis(
    name="stories",
    reads=news.articles,
    writes=news.stories,
    options=Stories,
    columns=columns,
    kernel=sign,
    partial=partial,
    combine={},
    finish=finish,
    methods=methods,
    facts=facts,
    notes=notes,
)
