"""Counts of words: against a plain reference, in bounded memory, and through an engine."""

from __future__ import annotations

import gzip
from collections import Counter
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.engines import Job, engine
from analysis.engines.combine import combine
from analysis.kernels.text import counting, tokens
from analysis.lake import Dataset, Part
from analysis.text.words import Words, words
from conf.places import place
from conf.settings import load
from schemas import web
from schemas import words as out

GROUPS = ("crawl", "month", "language", "registered_domain")
TOP = {"de": 32, "a": 24, "d": 17, "o": 15, "la": 12, "modificar": 11, "codigo": 11, "editar": 10, "en": 10}


def page(text="", language="eng", domain="a.org", crawl="X", day=1) -> dict:
    captured_at = datetime(2024, 1 + day // 28, 1 + day % 28, 23, 59, tzinfo=UTC)
    return {
        "text": text,
        "language": language,
        "registered_domain": domain,
        "crawl": crawl,
        "captured_at": captured_at,
    }


def batch(rows) -> pa.RecordBatch:
    schema = pa.schema([web.pages.column(n).field.with_nullable(True) for n in page()])
    return pa.RecordBatch.from_pylist(rows, schema=schema)


def result(batches, options: Words) -> pa.Table:
    schema = words.partial(options)
    partials = [pa.Table.from_batches([b], schema) for b in words.kernel(batches, options)]
    table = words.finish(combine(partials, words.combine, schema), options)
    out.counts.check(table)
    return table


def reference(rows, options: Words) -> list[dict]:
    """The same with dictionaries."""
    tf, df, totals, documents = Counter(), Counter(), Counter(), Counter()
    stop = {w for s in options.stop for w in tokens.words(s, options.tokenizer)}
    named = [r | {"month": f"{r['captured_at']:%Y-%m}", "language": r["language"] or "und"} for r in rows]
    for row in named:
        if options.languages and row["language"] not in options.languages:
            continue
        group = tuple(row[g] for g in GROUPS if g in options.by)
        said = tokens.words(row["text"] or "", options.tokenizer)
        documents[group] += 1
        for n in range(1, options.ngrams + 1):
            grams = Counter(tuple(said[i : i + n]) for i in range(len(said) - n + 1))
            totals[group, n] += grams.total()
            tf.update({(group, n, g): c for g, c in grams.items()})
            df.update({(group, n, g): 1 for g in grams})
    found = [
        {
            "n": n,
            "term": " ".join(gram),
            **dict(zip([g for g in GROUPS if g in options.by], group, strict=True)),
            "tf": count,
            "df": df[group, n, gram],
            "tokens": totals[group, n],
            "documents": documents[group],
            "per_million": 1e6 * count / totals[group, n],
            "document_share": df[group, n, gram] / documents[group],
        }
        for (group, n, gram), count in tf.items()
        if count >= options.min_count and not stop & set(gram)
    ]
    last = [(g, False) for g in GROUPS if g in options.by]

    def order(row):
        groups = [(row[g] is None, row[g] or "") for g, _ in last]
        return (groups, row["n"], -row["tf"], row["term"].encode())

    return sorted(found, key=order)


pages = st.builds(
    page,
    st.none() | st.text(st.sampled_from("ab éÉ\u0301中Σ."), max_size=25),
    st.sampled_from(["eng", "fra", "und", None]),
    st.sampled_from(["a.org", "b.org", None]),
    st.sampled_from(["X", "Y"]),
    st.integers(0, 60),
)
chosen = st.builds(
    Words,
    st.sampled_from(tokens.TOKENIZERS),
    st.integers(1, 3),
    st.lists(st.sampled_from(GROUPS), unique=True).map(tuple),
    st.sampled_from([(), ("a",), ("É", "b.a")]),
    st.integers(1, 2),
    st.sampled_from([(), ("fra", "und")]),
)


@given(batches=st.lists(st.lists(pages, max_size=8), max_size=3), options=chosen)
@settings(deadline=None, max_examples=150)
def test_equals_the_reference(batches, options):
    rows = [row for b in batches for row in b]
    assert result([batch(b) for b in batches], options).to_pylist() == reference(rows, options)


@pytest.mark.parametrize("by", [(), ("registered_domain",)])
@pytest.mark.parametrize("bound", ["MOST_ENTRIES", "MOST_BYTES", "MOST_OCCURRENCES"])
def test_full_tables_are_taken_out_and_add_up(monkeypatch, bound, by):
    monkeypatch.setattr(counting, bound, 60)
    rows = [page(f"w{i % 7} Wört{i} " * 5, domain=str(i % 3)) for i in range(50)]
    batches = [batch(rows[i : i + 5]) for i in range(0, 50, 5)]
    options = Words(ngrams=2, by=by)
    partials = pa.Table.from_batches(words.kernel(batches, options))
    totals = partials.group_by(words.keys(options)).aggregate([])
    assert partials.num_rows > totals.num_rows, "it was never taken out in between"
    assert result(batches, options).to_pylist() == reference(rows, options)


def test_partial_results_are_cut_into_batches():
    text = " ".join(map(str, range(70_000)))
    sizes = [b.num_rows for b in words.kernel([batch([page(text)])], Words())]
    assert sizes == [1, 65536, 4464]


def test_whirlwind_has_the_counts_of_common_crawl_s_example(data):
    raw = gzip.decompress(data("web/whirlwind/whirlwind.warc.wet.gz").read_bytes())
    head, _, rest = raw[raw.index(b"WARC-Type: conversion") :].partition(b"\r\n\r\n")
    length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
    table = result([batch([page(rest[:length].decode())])], Words(tokenizer="cc-pyspark"))
    assert (table["tokens"][0].as_py(), table.num_rows) == (643, 361)
    counts = dict(zip(table["term"].to_pylist(), table["tf"].to_pylist(), strict=True))
    assert {k: counts[k] for k in TOP} == TOP
    assert list(counts.items())[9] == ("escopete", 9)


@pytest.mark.parametrize("by", [(), ("crawl", "language", "month")])
def test_on_dask_from_a_lake(tmp_path, by):
    rows = [page(f"Der Hund {i % 3} été", ("deu", "fra")[i % 2], crawl=f"C{i % 4}", day=i) for i in range(40)]
    parts = []
    for crawl in sorted({r["crawl"] for r in rows}):
        folder = web.pages.folder({"crawl": crawl, "extractor": "wet"})
        (tmp_path / folder).mkdir(parents=True)
        mine = [r for r in rows if r["crawl"] == crawl]
        for k in range(2):
            path = f"{folder}/part-{k}.parquet"
            pq.write_table(pa.table(batch(mine[k::2])).drop_columns(["crawl"]), tmp_path / path)
            parts.append(Part(path, {"crawl": crawl, "extractor": "wet"}))
    lake = Dataset(place(str(tmp_path), load(environ={})), web.pages, tuple(parts))
    options = Words(ngrams=2, by=by, languages=("deu",))

    def kernel(batches):
        return words.kernel(batches, options)

    job = Job(lake, words.columns(options), kernel, words.partial(options), words.combine)
    partials = engine("dask")(job)
    assert words.finish(partials, options).to_pylist() == reference(rows, options)
    assert words.notes(partials, options) == {"documents": 20, "tokens_by_n": {"1": 80, "2": 60}}


@pytest.mark.parametrize(
    ("option", "error"),
    [
        ({"tokenizer": "icu"}, "tokenizer is 'icu'; choose from default, cc-pyspark"),
        ({"ngrams": 4}, "ngrams is 4; give 1"),
        ({"by": ("host",)}, "by has 'host', which is no group; choose from crawl, month"),
        ({"by": ("month", "month")}, "by has 'month' more than once"),
        ({"by": "month"}, "by is the text 'month'; give a tuple"),
        ({"min_count": 0}, "min_count is 0; give 1"),
        ({"stop": "the"}, "stop is the text 'the'; give a tuple"),
        ({"stop": ("the", "...")}, "stop has '...', in which there is no word"),
        ({"languages": "eng"}, "languages is the text 'eng'; give a tuple"),
    ],
)
def test_options_that_do_not_fit(option, error):
    with pytest.raises(ValueError, match=f"^{error}".replace(".", r"\.").replace("(", r"\(")):
        Words(**option)


def test_methods_and_facts_say_what_was_done():
    options = Words("cc-pyspark", 2, ("language", "registered_domain"), ("don't",), 5, ("eng",))
    said = words.methods(options)
    assert "words and pairs of neighbouring words in pages in eng, separately by language" in said
    assert "2 stop words and terms that occur fewer than 5 times" in said
    assert "leaves out" not in words.methods(Words())
    assert words.facts(options)["definition"] == tokens.DEFINITIONS["cc-pyspark"]
    assert words.columns(options) == ("text", "language", "registered_domain")
    assert words.columns(Words(by=("month",))) == ("text", "captured_at")
