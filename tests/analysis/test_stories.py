"""Copies are found, strangers with shared boilerplate are not, and every engine says the same."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from datetime import UTC, datetime
from itertools import combinations, pairwise, product

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import run
from analysis.kernels.text import copies, tokens
from analysis.kernels.text.copies import group
from analysis.kernels.text.shingles import Scheme, Signer
from analysis.news.stories import Stories, find, finish, notes, partial, sign
from conf.settings import load
from schemas import news

WORDS = ["".join(parts) for parts in product("bklms", "aeiou", ("rn", "st", "nd"), "aeo")]
SCHEME = Scheme(words=5, bands=85, rows=3, most=1024, seed=0)


def article(draw: random.Random, words: int) -> list[str]:
    return [draw.choice(WORDS) for _ in range(words)]


def edited(draw: random.Random, words: list[str], share: float) -> list[str]:
    changed = set(draw.sample(range(len(words)), round(share * len(words))))
    return ["changed" + draw.choice(WORDS) if n in changed else w for n, w in enumerate(words)]


def planted(seed: int, stories: int = 40) -> list[tuple[int, str]]:
    """Story and text of articles: each story with up to four copies, all with their site's boilerplate."""
    draw = random.Random(seed)
    footer = article(draw, 60)
    found = []
    for story in range(stories):
        original = article(draw, draw.randrange(200, 600))
        versions = [original]
        if story % 3:
            versions.append(["another", "headline", *original[8:]])
            versions.append(edited(draw, original, 0.1))
        if story % 3 == 2:
            versions.append([*edited(draw, original, 0.05), *["the", "press", "agency", "all", "rights"]])
            versions.append(original)
        found += [(story, " ".join([*version, *footer])) for version in versions]
    draw.shuffle(found)
    return found


def rows_of(texts: list[str]) -> pa.Table:
    """Articles, as far as the analysis reads them."""
    when = datetime(2024, 5, 12, tzinfo=UTC)
    return pa.table(
        {
            "source_file": [f"f{n % 3}" for n in range(len(texts))],
            "record_offset": list(range(len(texts))),
            "content_digest": [hashlib.blake2b(t.encode(), digest_size=16).hexdigest() for t in texts],
            "outlet": [None if n % 7 == 0 else f"outlet{n % 5}.org" for n in range(len(texts))],
            "published_at": pa.array([when] * len(texts), pa.timestamp("us", tz="UTC")),
            "text": pa.array(texts, pa.large_string()),
        }
    )


def stories_of(texts: list[str], options: Stories, batch_rows: int = 100) -> pa.Table:
    partials = pa.Table.from_batches(sign(rows_of(texts).to_batches(batch_rows), options), partial(options))
    return finish(partials, options)


def grouped(table: pa.Table) -> set[frozenset[int]]:
    by_story: dict[str, set[int]] = {}
    for row in table.to_pylist():
        by_story.setdefault(row["story_id"], set()).add(row["record_offset"])
    return {frozenset(s) for s in by_story.values()}


def truth_of(found: list[tuple[int, str]]) -> set[frozenset[int]]:
    return {frozenset(n for n, (s, _) in enumerate(found) if s == story) for story, _ in found}


def shingles(text: str, k: int) -> set[tuple[str, ...]]:
    words = tokens.words(text, "default")
    return {tuple(words[n : n + k]) for n in range(max(1, len(words) - k + 1))} if words else set()


def exact_groups(texts: list[str], threshold: float, k: int = 5) -> set[frozenset[int]]:
    """All pairs, by sets of words: the slow and plain definition."""
    sets = [shingles(t, k) for t in texts]
    group_of = list(range(len(texts)))
    for one, other in combinations(range(len(texts)), 2):
        union = sets[one] | sets[other]
        alike = union and len(sets[one] & sets[other]) / len(union) >= threshold
        if alike and group_of[one] != group_of[other]:
            old, new = group_of[other], group_of[one]
            group_of = [new if g == old else g for g in group_of]
    return {frozenset(n for n, g in enumerate(group_of) if g == wanted) for wanted in group_of}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_planted_copies_are_found_and_strangers_are_not(seed):
    found = planted(seed)
    assert grouped(stories_of([t for _, t in found], Stories())) == truth_of(found)


@pytest.mark.parametrize("threshold", [0.3, 0.6, 0.9])
def test_groups_are_those_of_all_pairs_compared(threshold):
    """Beside the exact definition; few of these pairs are near the threshold, where MinHash may miss one."""
    texts = [t for _, t in planted(7, stories=60)]
    assert grouped(stories_of(texts, Stories(threshold=threshold))) == exact_groups(texts, threshold)


def test_every_engine_says_the_same(lake_of_news, engine):
    settings, found = lake_of_news
    result = run("stories", settings=settings, engine=engine)
    assert grouped(result.table) == truth_of(found)
    reference = stories_of([t for _, t in found], Stories())
    assert sorted(result.table.column("story_id").to_pylist()) == sorted(
        reference.column("story_id").to_pylist()
    )
    by_dask = run("stories", settings=settings)
    assert result.table.equals(by_dask.table)
    assert result.manifest["facts"] == by_dask.manifest["facts"]


def test_only_some_languages(lake_of_news):
    settings, found = lake_of_news
    assert run("stories", settings=settings, languages=("deu",)).table.num_rows == 0
    assert run("stories", settings=settings, languages=("deu", "eng")).table.num_rows == len(found)


@pytest.fixture(scope="module")
def lake_of_news(tmp_path_factory):
    """A lake with planted articles in three parts."""
    from flows.landing.parts import write_rows

    lake = tmp_path_factory.mktemp("news")
    found = planted(3)
    rows = rows_of([t for _, t in found])
    rest = {
        "url": "https://x.org/a",
        "text_bytes": None,
        "captured_at": datetime(2024, 5, 13, tzinfo=UTC),
        "published_source": "meta",
        "published_confidence": "high",
        "published_resolution": "time",
        "language": "eng",
        "language_source": "cld2",
        "record_id": "urn:uuid:1",
    }
    made = [row | rest | {"text_bytes": len(row["text"].encode())} for row in rows.to_pylist()]
    for file in range(3):
        path = lake / f"core/ccnews/articles/archive_month=2024-05/extractor=resiliparse/part-{file}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        mine = [row for row in made if row["source_file"] == f"f{file}"]
        schema = news.articles.schema()
        batch = pa.RecordBatch.from_pylist([dict.fromkeys(schema.names) | row for row in mine], schema)
        write_rows(path, news.articles, [batch], 1 << 20)
    return load(environ={}, lake=str(lake)), found


def test_columns_of_a_result():
    draw = random.Random(5)
    one, other = article(draw, 300), article(draw, 300)
    texts = [" ".join(t) for t in (one, one, edited(draw, one, 0.05), other)] + ["", " — "]
    rows = stories_of(texts, Stories()).to_pylist()
    copied = [r for r in rows if r["record_offset"] in (0, 1, 2)]
    assert len({r["story_id"] for r in copied}) == 1
    assert {r["story_articles"] for r in copied} == {3}
    assert {r["story_outlets"] for r in copied} == {3}  # outlet1, outlet2 and the one that is not known
    digests = rows_of(texts)["content_digest"].to_pylist()
    least = min(digests[:3])
    assert copied[0]["story_id"] == least
    for row in copied:
        theirs, first = shingles(texts[row["record_offset"]], 5), shingles(texts[digests.index(least)], 5)
        assert row["jaccard"] == len(theirs & first) / len(theirs | first)
    alone = [r for r in rows if r not in copied]
    assert [(r["story_articles"], r["story_outlets"], r["jaccard"]) for r in alone] == [(1, 1, 1.0)] * 3
    assert len({r["story_id"] for r in alone}) == 3  # texts without a word are not copies of each other


@given(st.integers(0, 2**32), st.permutations(range(20)), st.integers(1, 20))
@settings(deadline=None, max_examples=20)
def test_neither_order_nor_batches_matter(seed, order, batch_rows):
    texts = [t for _, t in planted(seed, stories=8)][:20]
    options = Stories(words=3)
    one = pa.Table.from_batches(sign(rows_of(texts).to_batches(), options), partial(options))
    rows = rows_of(texts).take(order[: len(texts)] if len(texts) == 20 else list(range(len(texts))))
    other = pa.Table.from_batches(
        sign(rows.combine_chunks().to_batches(batch_rows), options), partial(options)
    )
    assert finish(one, options).equals(finish(other, options))
    assert notes(one, options) == notes(other, options)


@given(st.lists(st.text(st.sampled_from("ab ,é\u0301"), max_size=60), max_size=6), st.integers(1, 6))
@settings(deadline=None, max_examples=80)
def test_sketches_hold_each_distinct_shingle_once(texts, k):
    made = Signer(Scheme(k, 4, 2, 1024, 0)).sign(pa.array(texts, pa.large_string()))
    sets = [shingles(t, k) for t in texts]
    assert np.diff(made.ends).tolist() == [len(s) for s in sets]
    for one, other in combinations(range(len(texts)), 2):
        a, b = (set(made.sketches[made.ends[n] : made.ends[n + 1]].tolist()) for n in (one, other))
        assert len(a & b) == len(sets[one] & sets[other])


def mixed(x: int) -> int:
    for prime in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        x = (x ^ x >> 33) * prime % 2**64
    return x ^ x >> 33


def test_signatures_are_what_they_are_defined_as():
    """Worked out in plain Python; so they are the same in every process and on every machine."""
    scheme = Scheme(words=2, bands=3, rows=2, most=3, seed=9)
    text = ["one", "two", "three", "four", "five", "six", "two", "three"]
    made = Signer(scheme).sign(pa.array([" ".join(text)], pa.large_string()))
    prime = 0x9E3779B97F4A7C15

    def hashed(word: str) -> int:
        x = len(word)
        for byte in word.encode():
            x = (x ^ byte) * prime % 2**64
            x ^= x >> 32
        return mixed(x)

    shingle = {mixed((hashed(a) * prime + hashed(b)) % 2**64) >> 32 for a, b in pairwise(text)}
    assert made.sketches.tolist() == sorted(shingle)[:3]
    constants = zip(*(c.tolist() for c in scheme.permutations), strict=True)
    values = [min((a * h + b) % 2**32 for h in shingle) for a, b in constants]
    for band in range(3):
        key = band + 1
        for value in values[2 * band : 2 * band + 2]:
            key = mixed(key ^ value) * prime % 2**64
        assert made.bands[0, band] == key >> 32
    assert [int(c[0]) for c in Scheme(5, 85, 3, 1024, 0).permutations] == [2735729615, 3653403231]


@given(st.integers(0, 1000), st.integers(100, 400), st.floats(0, 1))
@settings(deadline=None, max_examples=30)
def test_a_cut_sketch_estimates_what_a_whole_one_tells(seed, words, share):
    draw = random.Random(seed)
    one = article(draw, 4 * words)
    texts = pa.array([" ".join(one), " ".join(edited(draw, one, share))], pa.large_string())
    whole = Signer(Scheme(2, 1, 1, 1 << 20, 0)).sign(texts)
    cut = Signer(Scheme(2, 1, 1, 64, 0)).sign(texts)
    exact = copies._jaccard(whole.sketches, whole.ends, 1 << 20, 0, 1)
    told = copies._jaccard(cut.sketches, cut.ends, 64, 0, 1)
    assert abs(exact - told) < 6 * 0.5 / 64**0.5  # six standard errors


def test_the_manifest_tells_what_was_compared_and_what_is_an_estimate():
    found = planted(4, stories=9)
    rows = rows_of([t for _, t in found])
    for sketch, cut in ((4096, 0), (64, len({t for _, t in found}))):
        options = Stories(sketch=sketch)
        told = notes(pa.Table.from_batches(sign(rows.to_batches(), options), partial(options)), options)
        assert told["texts_longer_than_sketch"] == cut
        assert (told["articles"], told["stories"], told["stories_with_copies"]) == (len(found), 9, 6)
        assert told["distinct_texts"] == len({t for _, t in found})
        assert told["largest_story"] == 5
        assert told["pairs_compared"] >= told["pairs_alike"] == told["distinct_texts"] - 9


def test_a_crowd_is_joined_without_all_its_pairs():
    """Thousands of copies of one text, each with another end, and beside them a stranger."""
    draw = random.Random(0)
    original = article(draw, 120)
    texts = [" ".join([*original, f"end{n}"]) for n in range(copies.CROWD + 50)]
    made = Signer(SCHEME).sign(pa.array([*texts, " ".join(article(draw, 120))], pa.large_string()))
    found = group(made, 1024, 0.3)
    assert Counter(found.first.tolist()).most_common(1) == [(0, len(texts))]
    assert found.first[-1] == len(texts)
    assert found.crowds > 0
    assert found.compared < 100 * len(texts)


def test_the_chance_to_be_compared_is_as_stated():
    """Pairs at the threshold itself, the worst there is."""
    draw = random.Random(1)
    scheme = Scheme(words=1, bands=10, rows=3, most=1024, seed=0)
    pairs = 1000
    texts = []
    for _ in range(pairs):  # 100 words each, 46 shared: J = 46 / 154
        words = [f"w{n}" for n in draw.sample(range(10**6), 154)]
        texts += [" ".join(words[:100]), " ".join(words[54:])]
    made = Signer(scheme).sign(pa.array(texts, pa.large_string()))
    shared = (made.bands[::2] == made.bands[1::2]).any(axis=1).mean()
    expected = scheme.chance(46 / 154)
    assert abs(shared - expected) < 4 * (expected * (1 - expected) / pairs) ** 0.5


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"threshold": 0}, "above 0"),
        ({"threshold": 1.5}, "above 0"),
        ({"words": 0}, "1 to 50"),
        ({"sketch": 3}, "16"),
        ({"languages": "eng"}, "tuple"),
        ({"tokenizer": "x"}, "choose from"),
    ],
)
def test_what_cannot_be_is_named(options, said):
    with pytest.raises(ValueError, match=said):
        Stories(**options)


def test_a_higher_threshold_compares_fewer_strangers():
    assert [Stories(threshold=t).scheme.rows for t in (0.05, 0.3, 0.5, 0.8, 1.0)] == [1, 3, 4, 8, 8]
    assert all(Stories(threshold=t).scheme.chance(t) >= 0.9 for t in (0.05, 0.3, 0.5, 0.8, 1.0))


def test_nothing_in_nothing_out():
    options = Stories()
    assert finish(partial(options).empty_table(), options).num_rows == 0
    assert find(partial(options).empty_table(), options).order.size == 0


def test_real_editorials_and_their_copies(data):
    """Beside all pairs compared exactly: 120 editorials, each with a copy of which every tenth word is changed."""
    articles: dict[str, list[str]] = {}
    for line in data("sentiment/nytEditorialSnippets_GroundTruth.txt").read_text("utf-8-sig").splitlines():
        number, *_, sentence = line.split("\t")
        articles.setdefault(number.split("_")[0], []).append(sentence)
    originals = [" ".join(sentences).split() for sentences in articles.values()][:120]
    draw = random.Random(2)
    copied = [[*edited(draw, words, 0.1), "(The", "Agency)"] for words in originals]
    texts = [" ".join(words) for words in (*originals, *copied)]
    found = grouped(stories_of(texts, Stories()))
    assert found == exact_groups(texts, 0.3)
    assert sum(frozenset({n, n + 120}) in found for n in range(120)) == 120
