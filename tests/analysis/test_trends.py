"""Chosen words over time: exact sums, and intervals that cover what they claim."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.engines.combine import combine
from analysis.kernels.text import chosen, tokens
from analysis.text.trends import Trends, per_million_interval, share_interval, trends
from analysis.text.words import Words, words
from schemas import web
from schemas import words as out

FIELDS = ("text", "language", "captured_at")


def batch(texts, months, languages=None) -> pa.RecordBatch:
    rows = [
        {"text": t, "captured_at": datetime(2024, m, 1, tzinfo=UTC), "language": lang}
        for t, m, lang in zip(texts, months, languages or ["eng"] * len(texts), strict=True)
    ]
    schema = pa.schema([web.pages.column(n).field for n in FIELDS])
    return pa.RecordBatch.from_pylist(rows, schema=schema)


def partials(batches, options: Trends) -> pa.Table:
    schema = trends.partial(options)
    rows = [pa.Table.from_batches([b], schema) for b in trends.kernel(batches, options)]
    return combine(rows, trends.combine, schema)


def result(batches, options: Trends) -> pa.Table:
    table = trends.finish(partials(batches, options), options)
    out.trends.check(table)
    return table


documents = st.lists(
    st.tuples(st.text(st.sampled_from("ab éÉ\u0301 ."), max_size=30), st.integers(1, 3)), max_size=12
)


@given(rows=documents, tokenizer=st.sampled_from(tokens.TOKENIZERS))
@settings(deadline=None, max_examples=150)
def test_sums_are_exact(rows, tokenizer):
    options = Trends(("a", "B a", "a a", "é b a"), tokenizer=tokenizer)
    half = len(rows) // 2
    parts = [batch(*zip(*part, strict=True)) for part in (rows[:half], rows[half:]) if part]
    want = {}
    for text, month in rows:
        said = tokens.words(text, tokenizer)
        for term in options.terms:
            gram = term.split()
            y = sum(said[i : i + len(gram)] == gram for i in range(len(said)))
            x = max(len(said) - len(gram) + 1, 0)
            old = want.get((term, f"2024-{month:02}"), (0,) * 7)
            new = (1, x, x * x, y, y > 0, y * y, y * x)
            want[term, f"2024-{month:02}"] = tuple(a + b for a, b in zip(old, new, strict=True))
    found = {(r.pop("term"), r.pop("month")): tuple(r.values()) for r in partials(parts, options).to_pylist()}
    assert found == want


def test_agrees_with_words():
    texts = ["a b a b a", "b a", "", "ab a a a"] * 3
    pages = batch(texts, [1, 2, 2, 1] * 3)
    mine = result([pages], Trends(("a", "a b", "a a", "a b a")))
    options = Words(ngrams=3, by=("month",))
    counts = pa.Table.from_batches(words.kernel([pages], options), words.partial(options))
    theirs = words.finish(combine([counts], words.combine, counts.schema), options)
    keys = ["term", "month", "tf", "df", "tokens", "documents", "per_million", "document_share"]
    there = {(r["term"], r["month"]): r for r in theirs.select(keys).to_pylist()}
    for row in mine.select(keys).to_pylist():
        if row["tf"]:
            assert row == there[row["term"], row["month"]]
        else:
            assert (row["term"], row["month"]) not in there


def test_a_word_that_does_not_occur_has_its_row_and_denominators():
    pages = batch(["x y", "x", "Nie"], [1, 1, 2])
    rows = result([pages], Trends(("nie",), by=("month", "language"))).to_pylist()
    first = {"tf": 0, "df": 0, "tokens": 3, "documents": 2, "per_million": 0.0}
    assert {k: rows[0][k] for k in first} == first
    assert rows[0]["per_million_low"] is None and rows[0]["per_million_high"] is None
    assert rows[0]["document_share_low"] == 0 and 0.6 < rows[0]["document_share_high"] < 0.7
    assert [(r["month"], r["language"], r["tf"]) for r in rows] == [
        ("2024-01", "eng", 0),
        ("2024-02", "eng", 1),
    ]


def test_groups_without_any_word_and_no_pages_at_all():
    rows = result([batch(["...", ""], [1, 1])], Trends(("a",))).to_pylist()
    assert np.isnan(rows[0]["per_million"]) and rows[0]["document_share"] == 0
    assert result([], Trends(("a",))).num_rows == 0
    assert result([batch(["a"], [1])], Trends(("a",), languages=("fra",))).num_rows == 0


def test_languages_and_no_groups():
    pages = batch(["a a", "a", "b"], [1, 2, 3], ["eng", "fra", "eng"])
    rows = result([pages], Trends(("a",), by=(), languages=("eng",))).to_pylist()
    assert [(r["tf"], r["df"], r["tokens"], r["documents"]) for r in rows] == [(2, 1, 3, 2)]


def test_forgets_words_when_full(monkeypatch):
    monkeypatch.setattr(chosen, "MOST_ENTRIES", 20)
    pages = [batch([f"w{i} v{i} É x"], [1]) for i in range(50)]
    rows = result(pages, Trends(("é x", "x"))).to_pylist()
    assert [(r["term"], r["tf"]) for r in rows] == [("x", 50), ("é x", 50)]


def sums(y, x) -> dict[str, int]:
    y, x = np.asarray(y), np.asarray(x)
    values = len(x), x.sum(), (x * x).sum(), y.sum(), (y > 0).sum(), (y * y).sum(), (y * x).sum()
    return dict(zip(trends.combine, map(int, values), strict=True))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5000)), min_size=2, max_size=60))
@settings(deadline=None)
def test_the_variance_is_cochran_s(pairs):
    y = np.array([a for a, _ in pairs])
    x = np.array([a + b for a, b in pairs])
    if not y.any():
        assert per_million_interval(**sums(y, x)) == (None, None)
        return
    ratio = y.sum() / x.sum()
    residual = y - ratio * x
    variance = (residual**2).sum() / (len(x) - 1) / len(x) / x.mean() ** 2
    low, high = per_million_interval(**sums(y, x))
    half = 1.959963984540054 * np.sqrt(variance) * 1e6
    assert high == pytest.approx(ratio * 1e6 + half, rel=1e-9, abs=1e-3)
    assert low == pytest.approx(max(0.0, ratio * 1e6 - half), rel=1e-9, abs=1e-3)


def test_wilson_s_interval_is_as_published():
    # R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (df, n), want in published.items():
        assert share_interval(df, n) == pytest.approx(want, abs=5e-5)
    assert share_interval(0, 0) == (None, None)
    assert share_interval(7, 7)[1] == 1.0


def test_intervals_cover():
    """Uneven documents that use a word in bursts: 95 % intervals hold the truth in about 95 % of samples."""
    rng = np.random.default_rng(20240501)
    rate, held, runs, size = 0.002, np.zeros(2), 600, 400
    present = 0.0
    draws = []
    for _ in range(runs):
        x = np.ceil(rng.lognormal(6, 0.8, size)).astype(np.int64)
        y = np.minimum(rng.poisson(rate * x * rng.gamma(0.5, 2.0, size)), x)
        draws.append(sums(y, x))
        present += draws[-1]["df"] / size / runs
    for s in draws:
        low, high = per_million_interval(**s)
        held[0] += low <= rate * 1e6 <= high
        low, high = share_interval(s["df"], s["documents"])
        held[1] += low <= present <= high
    assert 0.925 < held[0] / runs < 0.975
    assert 0.925 < held[1] / runs < 0.975


@pytest.mark.parametrize(
    ("option", "error"),
    [
        ({"words": ()}, "words is empty"),
        ({"words": "a"}, "words is the text 'a'; give a tuple"),
        ({"words": ("a b c d",)}, "'a b c d' has 4 words; give terms of 1 to 3"),
        ({"words": ("!",)}, "'!' has 0 words"),
        ({"words": ("É", "e\u0301")}, "'É' is counted as 'é', and so is another"),
        ({"words": ("a",), "by": ("year",)}, "by has 'year', which is no group"),
        ({"words": ("a",), "tokenizer": "x"}, "tokenizer is 'x'"),
        ({"words": ("a",), "languages": "eng"}, "languages is the text 'eng'"),
    ],
)
def test_options_that_do_not_fit(option, error):
    with pytest.raises(ValueError, match=error):
        Trends(**option)


def test_methods_name_the_source_of_the_intervals():
    options = Trends(("Climate change", "Été"), by=("month", "language"), languages=("eng",))
    said = trends.methods(options)
    assert "“climate change”, “été” in pages in eng by month and language" in said
    assert "Cochran" in said and "Wilson" in said
    assert trends.facts(options)["counted_as"] == {"Climate change": "climate change", "Été": "été"}
    assert trends.columns(options) == ("text", "language", "captured_at")
