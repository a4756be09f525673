"""Keyword in context: where a word, phrase or pattern occurs, with the words around it.

    migration           a word, whole, as the tokenizer `default` cuts them; in any case, composed or not
    "climate change"    words in a row (also without quotes), whatever stands between: a comma, a line break
    migra*  *gration    words with this beginning, this end
    *gra*               this inside; all three also in phrases: climat* polic*
    /migra(tion|nts?)/  a regular expression (RE2) on the text in form C, not only on whole words

Chinese, Japanese and Thai write no blanks: a run of letters is one word there, so search for *移民* (hits are
whole runs) or for /移民/ (hits are the two characters).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial as bind
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from analysis.batches import Batches
from analysis.declare import Analysis
from analysis.kernels.keywords.query import FORMS, QueryError
from analysis.kernels.keywords.sample import SHOWN_WITH, Sample, smallest
from analysis.kernels.keywords.search import search
from analysis.kernels.keywords.totals import Totals, added, summed
from analysis.kernels.text import groups as text_groups
from analysis.kernels.text.languages import check as check_languages
from schemas import fields as f
from schemas import web
from schemas import words as out

Group = Literal["crawl", "month", "language", "registered_domain"]
CONTEXT_MAX = 100


@dataclass(frozen=True)
class Keywords:
    """What to search for, and how much of it to show."""

    queries: tuple[str, ...] = field(metadata={"positional": True})
    """What to search for, each on its own: a word, "a phrase", migra*, *gration, /a regular expression/."""
    context: int = 8
    """Words shown on either side, 0 to 100, within the page."""
    sample: int = 1000
    """Hits shown at most, over all queries; totals are of all hits in any case."""
    seed: int = 0
    """Seed of the sample: the same seed and data give the same hits on every engine."""
    languages: tuple[str, ...] = ()
    """Languages searched, ISO 639-3 (eng, deu); all where empty."""
    case: bool = False
    """Whether capitals and small letters differ."""
    by: tuple[Group, ...] = ("crawl", "language")
    """What the totals in the manifest are split by: crawl, month, language, registered_domain."""

    def __post_init__(self) -> None:
        """Read every query once, so that a mistake is told before anything is searched."""
        if isinstance(self.queries, str) or not self.queries:
            raise QueryError(f"queries is {self.queries!r}; give one or more in a tuple: {FORMS}")
        for query in self.queries:
            if self.queries.count(query) > 1:
                raise QueryError(f"query '{query}' is given more than once; leave the others out")
        if not 0 <= self.context <= CONTEXT_MAX:
            raise ValueError(f"context is {self.context}; give 0 to {CONTEXT_MAX} words")
        if self.sample < 0:
            raise ValueError(f"sample is {self.sample}; give 0 (totals only) or more hits")
        text_groups.check(self.by)
        check_languages(self.languages)
        search(self.queries, self.case)


def partial(_: Keywords) -> pa.Schema:
    """Two kinds of rows: hits, which have a `rank`; totals of a query in a group, which have `documents`."""
    hits = [c.field.with_nullable(True) for c in out.keyword_hits.columns]
    return pa.schema(
        [*hits, RANK, *(c.field.with_nullable(True) for c in (f.month, f.documents, f.df, f.tf))]
    )


RANK = pa.field("rank", pa.string(), True, {"description": "Place of the hit in the random order, in hex."})


def columns(_: Keywords) -> tuple[str, ...]:
    """All a hit is shown with, and the text."""
    return (*SHOWN_WITH, "text")


def find(pages: Batches, options: Keywords) -> Iterator[pa.RecordBatch]:
    """The first hits of these pages in the random order, at most `sample`, and the totals of all."""
    wanted = search(options.queries, options.case)
    sample = Sample(options.sample, options.seed, options.context)
    totals = Totals(options.queries, options.by)
    for batch in (text_groups.of_languages(batch, options.languages) for batch in pages):
        groups = totals.searched(batch)
        for row, text, found in wanted.find(batch["text"]):
            page = bind(_value, batch, row)
            for number, spans in found.items():
                totals.found(options.queries[number], int(groups[row]), len(spans))
                sample.add(options.queries[number], page, text, spans)
    rows = [*sample.rows(), *totals.rows()]
    yield pa.RecordBatch.from_pylist(rows, schema=partial(options))


def _value(pages: pa.RecordBatch, row: int, name: str) -> Any:
    return pages[name][row].as_py()


def finish(partials: pa.Table, options: Keywords) -> pa.Table:
    """The sampled hits, sorted by file, record, query and number."""
    hits = partials.filter(pc.is_valid(partials["rank"]))
    schema = out.keyword_hits.schema()
    kept = smallest(hits, options.sample).select(schema.names).cast(schema)
    return kept.sort_by([(column.name, "ascending") for column in out.keyword_hits.key])


def thin(partials: pa.Table, options: Keywords) -> pa.Table:
    """The first hits of several samples, and all totals; totals of the same group are added."""
    totals = partials.filter(pc.is_valid(partials["documents"]))
    hits = partials.filter(pc.is_valid(partials["rank"]))
    return pa.concat_tables([smallest(hits, options.sample), summed(totals, options.by)])


def notes(partials: pa.Table, options: Keywords) -> Mapping[str, Any]:
    """Totals of every query, exact however few hits are shown: in all, and by group."""
    totals = partials.filter(pc.is_valid(partials["documents"]))
    shown = min(options.sample, partials.num_rows - totals.num_rows)
    in_all = added(totals, options.queries, ())
    hits = sum(total["hits"] for total in in_all)
    return {
        "hits_shown": shown,
        "hits_found": hits,
        "totals": in_all,
        "totals_by": list(options.by),
        "totals_by_group": added(totals, options.queries, options.by) if options.by else [],
    }


def facts(_: Keywords) -> Mapping[str, Any]:
    """What matching depends on."""
    return {"tokenizer": "default", "unicode": unicodedata.unidata_version, "regular_expressions": "RE2"}


def methods(options: Keywords) -> str:
    """What was searched for and how, for a methods section."""
    queries = ", ".join(f"“{query}”" for query in options.queries)
    where = f"pages in {', '.join(options.languages)}" if options.languages else "all pages"
    return (
        f"We searched {where} for {queries}, {'minding' if options.case else 'ignoring'} case, on texts in "
        "Unicode normalisation form C; words were matched whole, a phrase as words in a row whatever stands "
        f"between them. Totals count every hit. Hits are shown with up to {options.context} words on either "
        f"side; where there were more than {options.sample:,}, a simple random sample of that size was drawn "
        f"over all queries (seed {options.seed})."
    )


keywords = Analysis(
    name="keywords",
    reads=web.pages,
    writes=out.keyword_hits,
    options=Keywords,
    columns=columns,
    kernel=find,
    partial=partial,
    combine={},
    thin=thin,
    finish=finish,
    methods=methods,
    facts=facts,
    notes=notes,
)
