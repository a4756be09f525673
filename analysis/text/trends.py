"""Trends: how often chosen words occur over time (or in any groups), with intervals.

The documents of a group are taken as a simple random sample of the documents it stands for. Occurrences per
million is then a ratio of two sums over documents, R = Σy / Σx (y the term's count in a document, x all its
terms of the same length); its variance is estimated by linearisation as

    v(R) = n / (n - 1) · Σ (y - R x)² / (Σ x)²

(W. G. Cochran, Sampling Techniques, 3rd ed., Wiley 1977, chapter 6, without the finite population
correction), and the interval is R ± 1.96 √v(R), cut at 0. Words cluster in documents, so this is wider, and
more honest, than an interval that takes each word as drawn by itself. The share of documents has Wilson's
interval (E. B. Wilson, Journal of the American Statistical Association 22, 1927, 209-212).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import nan, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
import pyarrow as pa

from analysis.batches import Batches
from analysis.declare import Analysis
from analysis.kernels.text import groups as text_groups
from analysis.kernels.text import tokens
from analysis.kernels.text.languages import check as check_languages
from analysis.kernels.text.tokens import Tokenizer
from analysis.text.words import NGRAMS_MAX, Group
from schemas import fields as f
from schemas import web
from schemas import words as out

Z = NormalDist().inv_cdf(0.975)
"""Quantile of the normal distribution for an interval of 95 %."""
SUMS = ("documents", "tokens", "tokens_squared", "tf", "df", "tf_squared", "tf_tokens")
"""What is added up over documents; integers, so that every engine gives the same intervals to the bit."""
Interval = tuple[float | None, float | None]


@dataclass(frozen=True)
class Trends:
    """Which words to follow, and along what."""

    words: tuple[str, ...] = field(metadata={"positional": True})
    """The words or phrases of up to three words to follow; spelt as you like, the tokenizer cuts them."""
    by: tuple[Group, ...] = ("month",)
    """One row for each of: crawl, month, language, registered_domain; any of them together."""
    tokenizer: Tokenizer = "default"
    """`default` keeps combining marks with their letter; `cc-pyspark` counts as Common Crawl's example."""
    languages: tuple[str, ...] = ()
    """Only pages in these languages, ISO 639-3 (eng, deu); all where empty."""

    def __post_init__(self) -> None:
        """Refuse what cannot be counted, before anything is read."""
        tokens.check(self.tokenizer)
        text_groups.check(self.by)
        check_languages(self.languages)
        if isinstance(self.words, str):
            raise ValueError(f"words is the text '{self.words}'; give a tuple of texts")
        if not self.words:
            raise ValueError("words is empty; give at least one word to follow")
        for word, term in zip(self.words, self.terms, strict=True):
            if not 1 <= len(term.split()) <= NGRAMS_MAX:
                raise ValueError(f"'{word}' has {len(term.split())} words; give terms of 1 to {NGRAMS_MAX}")
            if self.terms.count(term) > 1:
                raise ValueError(f"'{word}' is counted as '{term}', and so is another; leave one out")

    @property
    def terms(self) -> tuple[str, ...]:
        """The words as they are counted."""
        return tuple(" ".join(tokens.words(word, self.tokenizer)) for word in self.words)


def columns(options: Trends) -> tuple[str, ...]:
    """The text, and what groups and filters need."""
    filters = ("language",) if options.languages else ()
    return tuple(dict.fromkeys(("text", *filters, *text_groups.needs(options.by))))


def partial(options: Trends) -> pa.Schema:
    """One row a term and group, also where the term does not occur; all measures are sums over documents."""
    keys = [c.field for c in (f.term, *out.trends.chosen(options.by))]
    return pa.schema([*keys, *(pa.field(name, pa.int64(), False) for name in SUMS)])


def count(pages: Batches, options: Trends) -> Iterator[pa.RecordBatch]:
    """Sums over the documents of these batches."""
    from analysis.kernels.text.chosen import ALL_SUMS, TERM_SUMS, Chosen

    chosen = Chosen(options.words, options.tokenizer)
    groups = text_groups.Groups(options.by)
    for batch in (text_groups.of_languages(batch, options.languages) for batch in pages):
        numbers = groups.of(batch)
        chosen.add(batch["text"], numbers, len(groups))
    names = groups.columns(np.arange(len(groups)))
    for term, of_term, of_all in zip(options.terms, *chosen.sums(), strict=True):
        sums = dict(zip((*TERM_SUMS, *ALL_SUMS), (*of_term.T, *of_all.T), strict=True))
        arrays = [pa.array([term] * len(groups), pa.string()), *names, *(sums[name] for name in SUMS)]
        yield pa.record_batch(arrays, schema=partial(options))


def finish(partials: pa.Table, options: Trends) -> pa.Table:
    """Every term in every group with its intervals, sorted by term and group."""
    rows = partials.sort_by([(c.name, "ascending") for c in (f.term, *out.trends.chosen(options.by))])
    sums = [
        dict(zip(SUMS, row, strict=True)) for row in zip(*(rows[s].to_pylist() for s in SUMS), strict=True)
    ]
    made: dict[str, list[float] | list[float | None]] = {
        f.per_million.name: [_per(1e6, s["tf"], s["tokens"]) for s in sums],
        f.document_share.name: [_per(1, s["df"], s["documents"]) for s in sums],
    }
    for column, intervals in (
        (f.per_million, [per_million_interval(**s) for s in sums]),
        (f.document_share, [share_interval(s["df"], s["documents"]) for s in sums]),
    ):
        made[f"{column.name}_low"] = [low for low, _ in intervals]
        made[f"{column.name}_high"] = [high for _, high in intervals]
    schema = out.trends.schema(options.by)
    arrays = [pa.array(made[c.name], c.type) if c.name in made else rows[c.name] for c in schema]
    return pa.table(arrays, names=schema.names).cast(schema)


def _per(scale: float, part: int, whole: int) -> float:
    return scale * part / whole if whole else nan


def per_million_interval(**sums: int) -> Interval:
    """Ends of the 95 % interval of occurrences per million, from SUMS.

    None where it cannot be told: fewer than two documents, or no occurrence, as then the documents vary in
    nothing that the sample shows.
    """
    n, x, y = sums["documents"], sums["tokens"], sums["tf"]
    if n < 2 or not y:
        return None, None
    # Σ (y - R x)², times (Σ x)²: in integers, as the terms are large and nearly cancel
    squares = sums["tf_squared"] * x * x - 2 * y * x * sums["tf_tokens"] + y * y * sums["tokens_squared"]
    error = sqrt(n * squares / ((n - 1) * x**4))
    return max(0.0, 1e6 * (y / x - Z * error)), 1e6 * (y / x + Z * error)


def share_interval(df: int, documents: int) -> Interval:
    """Ends of Wilson's 95 % interval of a share of documents; None where there are none."""
    n = documents
    if not n:
        return None, None
    share = df / n
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return (max(0.0, middle - half) if df else 0.0), (min(1.0, middle + half) if df < n else 1.0)


def facts(options: Trends) -> Mapping[str, Any]:
    """What tokens and intervals depend on."""
    return {
        "tokenizer": options.tokenizer,
        "definition": tokens.DEFINITIONS[options.tokenizer],
        "unicode": unicodedata.unidata_version,
        "counted_as": dict(zip(options.words, options.terms, strict=True)),
        "confidence": 0.95,
    }


def methods(options: Trends) -> str:
    """What was counted and how, for a methods section."""
    pages = f"pages in {', '.join(options.languages)}" if options.languages else "all pages"
    by = f" by {' and '.join(options.by)}".replace("_", " ") if options.by else ""
    return (
        f"We counted {', '.join(f'“{term}”' for term in options.terms)} in {pages}{by}. "
        f"{tokens.DEFINITIONS[options.tokenizer]} (Unicode {unicodedata.unidata_version}). We give "
        "occurrences per million terms of the same length and the share of documents with the term, each "
        "with a 95 % interval that takes documents as the sampling unit: the former from the linearised "
        "variance of a ratio (Cochran 1977, ch. 6), the latter after Wilson (1927). The intervals hold for "
        "documents drawn independently; copies of one text, or many pages of one site, make them too narrow."
    )


trends = Analysis(
    name="trends",
    reads=web.pages,
    writes=out.trends,
    options=Trends,
    columns=columns,
    kernel=count,
    partial=partial,
    combine=dict.fromkeys(SUMS, "sum"),
    finish=finish,
    groups=lambda options: tuple(c.name for c in out.trends.chosen(options.by)),
    methods=methods,
    facts=facts,
)
