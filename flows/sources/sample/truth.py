"""What is true of a sample: written beside it when it is made, read back by tests, demo and benchmarks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from flows.sources.sample.tokens import TOKENIZERS, Tokenizer
from schemas import fields as f
from schemas.table import Column

if TYPE_CHECKING:
    import pyarrow as pa

    from flows.sources.sample.tally import Tally
    from flows.sources.sample.words import Vocabulary

FACTS, WORDS, GROUPS, DOMAINS = (
    "truth.json",
    "truth/words.parquet",
    "truth/groups.parquet",
    "truth/domains.parquet",
)
PAGES, LINKS = "truth/pages", "truth/links"
ARTICLES, SENTIMENT = "truth/articles.parquet", "truth/sentiment.parquet"
TOPIC_SHARES, TONE_MEANS = "truth/topics.parquet", "truth/tone.parquet"


class SampleError(ValueError):
    """A sample that cannot be made or read; the message says the cure."""


@dataclass(frozen=True)
class Truth:
    """The truth of the sample in a folder."""

    root: Path
    """The folder; it is the root of the archive too."""
    facts: dict[str, Any]
    """Everything in truth.json."""

    @property
    def damaged(self) -> list[dict[str, Any]]:
        """What a perfect reader must report: key, reason, detail, offset, url, record_id."""
        return list(self.facts["damaged"])

    def words(self, tokenizer: Tokenizer) -> pa.Table:
        """crawl, month, language, term, tf, df; every term of every group, sorted by group, then term."""
        return self._of(WORDS, tokenizer)

    def groups(self, tokenizer: Tokenizer) -> pa.Table:
        """crawl, month, language, documents, tokens."""
        return self._of(GROUPS, tokenizer)

    def domains(self, tokenizer: Tokenizer) -> pa.Table:
        """crawl, registered_domain (null for IP addresses), documents, tokens."""
        return self._of(DOMAINS, tokenizer)

    def pages(self) -> pa.Table:
        """Pages of WARC files that a perfect reader keeps; `main_text` has a line a paragraph."""
        import pyarrow.parquet as pq

        return pq.read_table(self.root / PAGES)

    def links(
        self,
        read_from: Literal["wat", "warc"] = "wat",
        www: Literal["kept", "folded"] = "kept",
        captures: Literal["pages", "all"] = "pages",
    ) -> pa.Table:
        """Edges as `core__commoncrawl__links` has them, with crawl, sorted by its key."""
        import pyarrow.parquet as pq

        rules: list[tuple[str, str, str]] = [("read_from", "=", read_from), ("www", "=", www)]
        if captures == "pages":
            rules.append(("of", "=", "pages"))
        found = pq.read_table(self.root / LINKS, filters=rules)
        sums = ("pages", "links", "nofollow_links")
        keys = [name for name in found.column_names if name not in (*sums, "of", "read_from", "www")]
        table = found.group_by(keys, use_threads=False).aggregate([(name, "sum") for name in sums])
        table = table.rename_columns([name.removesuffix("_sum") for name in table.column_names])
        return table.select([*keys, *sums]).sort_by([(name, "ascending") for name in keys])

    def articles(self) -> pa.Table:
        """Articles of CC-NEWS that a perfect reader keeps, a row an article, by file and offset."""
        return self._news(ARTICLES)

    def sentiment(self) -> pa.Table:
        """outlet, month (of published_at), articles, planned_level, level (-1 to 1, on a scale of its own)."""
        return self._news(SENTIMENT)

    def topics(self) -> pa.Table:
        """outlet, month (of published_at), topic, articles (of all topics), planned_share, share."""
        return self._news(TOPIC_SHARES)

    def tones(self) -> pa.Table:
        """outlet, month (of published_at), articles, tone (mean code, -1 to 1); English outlets."""
        return self._news(TONE_MEANS)

    def _news(self, name: str) -> pa.Table:
        import pyarrow.parquet as pq

        return pq.read_table(self.root / name)

    def _of(self, name: str, tokenizer: Tokenizer) -> pa.Table:
        import pyarrow.parquet as pq

        table = pq.read_table(self.root / name, filters=[("tokenizer", "=", tokenizer)])
        return table.drop_columns("tokenizer")


def read(root: Path) -> Truth:
    """The truth of the sample in a folder.

    Raises:
        SampleError: The folder has no complete sample.
    """
    path = root / FACTS
    if not path.is_file():
        raise SampleError(f"{root} holds no complete sample (no {FACTS}); make one: fieldwork sample {root}")
    return Truth(root, json.loads(path.read_text("utf-8")))


def write_facts(root: Path, facts: dict[str, Any]) -> Truth:
    """Write truth.json, last of all: where it is, the sample is complete."""
    text = json.dumps(facts, ensure_ascii=False, indent=1) + "\n"
    unfinished = root / f".{FACTS}.unfinished"
    unfinished.write_text(text, "utf-8")
    unfinished.replace(root / FACTS)
    return Truth(root, facts)


def write_tables(root: Path, tally: Tally, vocabularies: Mapping[str, Vocabulary]) -> None:
    """Write the three tables; the words group by group, so that memory stays that of one group.

    Args:
        root: The sample's folder.
        tally: Sums over all readable pages.
        vocabularies: By language, ISO 639-3.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    (root / "truth").mkdir(parents=True, exist_ok=True)
    for name, rows, columns in (
        (GROUPS, _groups(tally), (f.month, f.language, f.documents, f.tokens)),
        (DOMAINS, _domains(tally), (f.registered_domain, f.documents, f.tokens)),
    ):
        pq.write_table(pa.Table.from_pylist(list(rows), _schema(*columns)), root / name)
    schema = _schema(f.month, f.language, f.term, f.tf, f.df)
    with pq.ParquetWriter(root / WORDS, schema, compression="zstd") as out:
        for (group, tokenizer), counts in sorted(tally.words.items(), key=lambda item: item[0][::-1]):
            kept = np.flatnonzero(counts.tf)
            terms = vocabularies[group[2]].terms[tokenizer].terms
            same = [pa.repeat(pa.scalar(value), len(kept)) for value in (tokenizer, *group)]
            measured = [
                pa.array([terms[i] for i in kept]),
                pa.array(counts.tf[kept]),
                pa.array(counts.df[kept]),
            ]
            out.write_table(pa.Table.from_arrays([*same, *measured], schema=schema))


def _groups(tally: Tally) -> Iterator[dict[str, Any]]:
    for (group, tokenizer), counts in sorted(tally.words.items(), key=lambda item: item[0][::-1]):
        named = dict(zip(("crawl", "month", "language"), group, strict=True))
        documents, tokens = tally.documents[group], int(counts.tf.sum())
        yield {"tokenizer": tokenizer, **named, "documents": documents, "tokens": tokens}


def _domains(tally: Tally) -> Iterator[dict[str, Any]]:
    for i, tokenizer in enumerate(TOKENIZERS):
        for (crawl, domain), sums in sorted(
            tally.domains.items(), key=lambda item: (item[0][0], item[0][1] or "")
        ):
            named = {"tokenizer": tokenizer, "crawl": crawl, "registered_domain": domain}
            yield {**named, "documents": sums[0], "tokens": sums[1 + i]}


def _schema(*columns: Column) -> pa.Schema:
    import pyarrow as pa

    return pa.schema([pa.field("tokenizer", pa.string(), False), f.crawl.field, *(c.field for c in columns)])
