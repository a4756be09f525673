"""Words: how often each word or n-gram occurs, and in how many documents, with denominators.

One pass and one sum give both: partial results have, beside a row for each term, a row with the empty term
for each group and n, whose tf counts all terms of that n and whose df counts all documents.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.batches import Batches
from analysis.declare import Analysis
from analysis.kernels.text import groups as text_groups
from analysis.kernels.text import tokens
from analysis.kernels.text.languages import check as check_languages
from analysis.kernels.text.tokens import Tokenizer
from schemas import fields as f
from schemas import web
from schemas import words as out

if TYPE_CHECKING:
    from analysis.kernels.text.counting import Counted

Group = Literal["crawl", "month", "language", "registered_domain"]
NGRAMS_MAX = 3
ROWS = 1 << 16  # of a partial result's batch: small enough to be sent, large enough to be worth it


@dataclass(frozen=True)
class Words:
    """What to count, and what to leave out of the result."""

    tokenizer: Tokenizer = "default"
    """`default` keeps combining marks with their letter; `cc-pyspark` counts as Common Crawl's example."""
    ngrams: int = 1
    """Longest term: 1 counts words, 2 also pairs of neighbours, 3 also triples; none crosses documents."""
    by: tuple[Group, ...] = ()
    """Counted apart for each of: crawl, month, language, registered_domain; any of them together."""
    stop: tuple[str, ...] = ()
    """Stop words: terms with one of them are left out of the result; denominators count them."""
    min_count: int = 1
    """Terms that occur less often in their group are left out of the result; denominators count them."""
    languages: tuple[str, ...] = ()
    """Only pages in these languages, ISO 639-3 (eng, deu); all where empty."""

    def __post_init__(self) -> None:
        """Refuse what cannot be counted, before anything is read."""
        tokens.check(self.tokenizer)
        text_groups.check(self.by)
        if not 1 <= self.ngrams <= NGRAMS_MAX:
            raise ValueError(f"ngrams is {self.ngrams}; give 1 (words), 2 or 3")
        if self.min_count < 1:
            raise ValueError(f"min_count is {self.min_count}; give 1 (keep all terms) or more")
        check_languages(self.languages)
        if isinstance(self.stop, str):
            raise ValueError(f"stop is the text '{self.stop}'; give a tuple of texts")
        for word in self.stop:
            if not tokens.words(word, self.tokenizer):
                raise ValueError(f"stop has '{word}', in which there is no word; leave it out")

    @property
    def stopped(self) -> frozenset[str]:
        """The stop words as counted; one that the tokenizer splits (don't) stands for its parts (don, t)."""
        return frozenset(part for word in self.stop for part in tokens.words(word, self.tokenizer))


def columns(options: Words) -> tuple[str, ...]:
    """The text, and what groups and filters need."""
    filters = ("language",) if options.languages else ()
    return tuple(dict.fromkeys(("text", *filters, *text_groups.needs(options.by))))


def partial(options: Words) -> pa.Schema:
    """One row a group, n and term; the empty term stands for all terms and all documents."""
    chosen = out.counts.chosen(options.by)
    return pa.schema([c.field for c in (f.n, f.term, *chosen, f.tf, f.df)])


def count(pages: Batches, options: Words) -> Iterator[pa.RecordBatch]:
    """Partial counts of the words in each batch. No engine is known here."""
    from analysis.kernels.text.counting import Counts

    counts = Counts(options.tokenizer, options.ngrams)
    groups = text_groups.Groups(options.by)
    schema = partial(options)
    for batch in (text_groups.of_languages(batch, options.languages) for batch in pages):
        for counted in counts.add(batch["text"], groups.of(batch)):
            yield from _rows(counted, groups, schema)
    for counted in counts.take():
        yield from _rows(counted, groups, schema)


def _rows(counted: Counted, groups: text_groups.Groups, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for start in range(0, len(counted.tf), ROWS):
        here = slice(start, start + ROWS)
        term = counted.terms[here].fill_null("").cast(pa.string())
        n = np.full(len(term), counted.n, np.int8)
        group = groups.columns(counted.groups[here])
        yield pa.record_batch([n, term, *group, counted.tf[here], counted.df[here]], schema=schema)


def finish(partials: pa.Table, options: Words) -> pa.Table:
    """Terms with their denominators, sorted by group, n, tf (most first) and term (by its UTF-8 bytes)."""
    names = [c.name for c in out.counts.chosen(options.by)]
    tokens_there, documents_there = _denominators(partials, ["n", *names])
    rows = partials.append_column("tokens", tokens_there).append_column("documents", documents_there)
    rows = rows.filter(_kept(rows, options))
    order = [*((name, "ascending") for name in [*names, "n"]), ("tf", "descending"), ("term", "ascending")]
    rows = rows.sort_by(order)
    per_million = pc.divide(pc.multiply(rows["tf"], 1e6), rows["tokens"])
    share = pc.divide(rows["df"].cast(pa.float64()), rows["documents"])
    rows = rows.append_column("per_million", per_million).append_column("document_share", share)
    schema = out.counts.schema(options.by)
    return rows.select(schema.names).cast(schema)


def _denominators(partials: pa.Table, key: list[str]) -> tuple[pa.Array, pa.Array]:
    """For each row tf and df of its total, the row with the same key and the empty term."""
    codes = np.zeros(partials.num_rows, np.int64)
    for name in key:
        column = partials[name].cast(pa.large_string()).combine_chunks()  # n too: any type will do
        encoded = column.dictionary_encode(null_encoding="encode")
        codes = codes * len(encoded.dictionary) + encoded.indices.to_numpy()
    total = np.flatnonzero(pc.equal(partials["term"], "").to_numpy())
    total = total[np.argsort(codes[total])]
    mine = total[np.searchsorted(codes[total], codes)]
    tf, df = (partials[name].to_numpy()[mine] for name in ("tf", "df"))
    return pa.array(tf), pa.array(df)


def _kept(rows: pa.Table, options: Words) -> pa.Array:
    stopped: NDArray[np.bool_] = np.zeros(rows.num_rows, bool)
    if options.stop:
        start = 0
        for chunk in rows["term"].chunks:
            parts = pc.split_pattern(chunk, " ")
            bad = pc.is_in(pc.list_flatten(parts), pa.array(sorted(options.stopped)))
            stopped[start + pc.list_parent_indices(parts).filter(bad).to_numpy()] = True
            start += len(chunk)
    often = pc.and_(pc.greater_equal(rows["tf"], options.min_count), pc.not_equal(rows["term"], ""))
    return pc.and_(often, pa.array(~stopped))


def notes(partials: pa.Table, _: Words) -> Mapping[str, Any]:
    """All documents and all terms of each n, over all groups."""
    totals = partials.filter(pc.equal(partials["term"], ""))
    added = totals.group_by("n").aggregate([("tf", "sum"), ("df", "sum")]).sort_by("n")
    tokens_by_n = dict(zip(map(str, added["n"].to_pylist()), added["tf_sum"].to_pylist(), strict=True))
    return {"documents": max(added["df_sum"].to_pylist(), default=0), "tokens_by_n": tokens_by_n}


def facts(options: Words) -> Mapping[str, Any]:
    """What tokens depend on."""
    definition = tokens.DEFINITIONS[options.tokenizer]
    return {"tokenizer": options.tokenizer, "definition": definition, "unicode": unicodedata.unidata_version}


def methods(options: Words) -> str:
    """What was counted and how, for a methods section."""
    what = (
        "words",
        "words and pairs of neighbouring words",
        "words, pairs and triples of neighbouring words",
    )
    pages = f"pages in {', '.join(options.languages)}" if options.languages else "all pages"
    by = f", separately by {' and '.join(options.by)}".replace("_", " ") if options.by else ""
    left_out = [f"with one of {len(options.stopped)} stop words"] if options.stop else []
    left_out += [f"that occur fewer than {options.min_count} times"] if options.min_count > 1 else []
    but = f" The table leaves out terms {' and terms '.join(left_out)}; the totals count them."
    return (
        f"We counted {what[options.ngrams - 1]} in {pages}{by}. {tokens.DEFINITIONS[options.tokenizer]} "
        f"(Unicode {unicodedata.unidata_version}). For each term we give its occurrences (tf), the documents "
        "it occurs in (df), its occurrences per million terms of the same length, and its share of documents."
        f"{but if left_out else ''}"
    )


words = Analysis(
    name="words",
    reads=web.pages,
    writes=out.counts,
    options=Words,
    columns=columns,
    kernel=count,
    partial=partial,
    combine={"tf": "sum", "df": "sum"},
    finish=finish,
    groups=lambda options: tuple(c.name for c in out.counts.chosen(options.by)),
    methods=methods,
    facts=facts,
    notes=notes,
)
